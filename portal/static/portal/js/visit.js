// Tells the site that a person, not a link scanner, looks at the page: once, after a real gesture
// and at least a second and a half in view. Nothing else is sent, and nothing depends on the answer.
(() => {
  const { visit, csrf } = document.body.dataset;
  if (!visit) return;
  const gestures = ["pointerdown", "keydown", "scroll"];
  let seen = 0;
  let since = document.visibilityState === "visible" ? performance.now() : null;
  let touched = false;
  let timer = 0;

  const inView = () => seen + (since === null ? 0 : performance.now() - since);

  const check = () => {
    clearTimeout(timer);
    if (!touched || since === null) return;
    const left = 1500 - inView();
    if (left > 0) {
      timer = setTimeout(check, left);
      return;
    }
    gestures.forEach((name) => removeEventListener(name, onGesture));
    document.removeEventListener("visibilitychange", onView);
    fetch(visit, {
      method: "POST",
      body: new URLSearchParams({ csrfmiddlewaretoken: csrf }),
      credentials: "same-origin",
      keepalive: true,
    }).catch(() => {});
  };

  const onGesture = (event) => {
    touched = touched || event.isTrusted;
    check();
  };

  const onView = () => {
    if (document.visibilityState === "visible") {
      since = performance.now();
    } else if (since !== null) {
      seen = inView();
      since = null;
    }
    check();
  };

  gestures.forEach((name) => addEventListener(name, onGesture, { passive: true }));
  document.addEventListener("visibilitychange", onView);
})();
