// A code in the sandbox is copied by pressing it; without scripts it can be read and typed.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button || !navigator.clipboard) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.setAttribute("aria-label", `${button.dataset.copy} ✓`);
  } catch {
    // The page may not write to the clipboard: the code stays readable.
  }
});
