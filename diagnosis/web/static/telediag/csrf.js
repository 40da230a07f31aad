// A sign-in in another tab changes the token that forms must send: the cookie always holds the one that counts.
export function csrfToken() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
}

export function keepFresh(form) {
  form.addEventListener("submit", () => {
    const token = csrfToken();
    if (token) form.elements.csrfmiddlewaretoken.value = token;
  });
}
