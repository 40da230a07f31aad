// What was sent while its sender was signed out is sent on after the sign-in; without scripts a button does it.
document.querySelector("[data-go-on]").requestSubmit();
