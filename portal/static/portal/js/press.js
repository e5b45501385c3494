// A button pressed twice in a row sends its form once: the second press would break off the first one's answer,
// and with it the new key of the visit. Without scripts the site itself leads a second press on.
// A button with `data-busy="…"` says these words until the answer comes.
(() => {
  const PAUSE = 5000;
  const sent = new WeakMap();
  const captions = new Map();

  document.addEventListener("submit", (event) => {
    const before = sent.get(event.target);
    if (before !== undefined && performance.now() - before < PAUSE) {
      event.preventDefault();
      return;
    }
    sent.set(event.target, performance.now());
    const button = event.submitter;
    if (button?.dataset.busy) {
      captions.set(button, button.textContent);
      button.textContent = button.dataset.busy;
      button.setAttribute("aria-disabled", "true");
    }
  });
  // Back from the next page the form is as new.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.querySelectorAll("form").forEach((form) => sent.delete(form));
    captions.forEach((caption, button) => {
      button.textContent = caption;
      button.removeAttribute("aria-disabled");
    });
    captions.clear();
  });
})();
