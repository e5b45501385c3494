// Tells the author while they type what a launch would do: posts the form and shows the fragment that comes back.
// Puts fields of the text in by a press. Hides fields that other choices make meaningless: data-when="name value value".
(() => {
  const place = document.querySelector("[data-check]");
  const form = place && place.closest("form");
  if (!form) return;
  let timer = 0;
  let asked = 0;

  const ask = async () => {
    const turn = ++asked;
    try {
      const answer = await fetch(place.dataset.check, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Requested-With": "fetch" },
        credentials: "same-origin",
        redirect: "error",
      });
      if (answer.ok && turn === asked) place.innerHTML = await answer.text();
    } catch {
      // The next key asks again; saving checks everything in any case.
    }
  };

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 600);
  };

  const parts = [...form.querySelectorAll("[data-when]")];
  const hide = () => {
    for (const part of parts) {
      const [name, ...values] = part.dataset.when.split(" ");
      const field = form.elements[name];
      part.hidden = !field || !values.includes(field.value);
    }
  };

  // A field of the text goes in by a press, where the cursor stands, or stood last.
  const texts = ["text", "subject", "button", "answer", "not_found", "failed", "hours_answer"];
  const main = form.elements.text || form.elements.answer;
  let written = main;
  form.addEventListener("focusin", (event) => {
    if (texts.includes(event.target.name)) written = event.target;
  });
  for (const button of form.querySelectorAll("[data-insert]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const field = written.closest("[hidden]") ? main : written;
      field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    });
  }

  form.addEventListener("input", hide);
  form.addEventListener("input", later);
  hide();
  if (form.elements.text && form.elements.text.value) later();
})();
