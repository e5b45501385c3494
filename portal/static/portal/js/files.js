// A field for a file in the words of the page. The control of the browser, which speaks the browser's language, lies
// unseen over the whole target: a press, a key and a file that is dropped still reach it.
(() => {
  for (const place of document.querySelectorAll(".drop")) {
    const input = place.querySelector("input[type=file]");
    const own = place.querySelector(".drop__own");
    if (!input || !own) continue;
    const name = own.querySelector("[data-file-name]");
    const none = name.textContent;
    place.classList.add("drop--own");
    own.hidden = false;
    const show = () => {
      name.textContent = [...input.files].map((file) => file.name).join(", ") || none;
    };
    input.addEventListener("change", show);
    show();
  }
})();
