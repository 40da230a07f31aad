/* What a tab keeps over a reload. It may hold a patient's facts: sessionStorage only, and it goes at sign-out, in every
   open tab (portal.js). */

export function kept(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
}

export function keep(key, value) {
  try {
    if (value === null) {
      sessionStorage.removeItem(key);
    } else {
      sessionStorage.setItem(key, JSON.stringify(value));
    }
  } catch {
    // A browser that stores nothing has it only as long as the page is open.
  }
}
