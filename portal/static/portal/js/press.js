// A button pressed twice in a row sends its form once: the second press would break off the first one's answer,
// and with it the new key of the visit. Without scripts the site itself leads a second press on.
(() => {
  const PAUSE = 5000;
  const sent = new WeakMap();

  document.addEventListener("submit", (event) => {
    const before = sent.get(event.target);
    if (before !== undefined && performance.now() - before < PAUSE) {
      event.preventDefault();
      return;
    }
    sent.set(event.target, performance.now());
  });
  // Back from the next page the form is as new.
  addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form").forEach((form) => sent.delete(form));
  });
})();
