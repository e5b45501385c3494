// Tells the author while they type what a launch would do: posts the form and shows the fragment that comes back.
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

  form.addEventListener("input", later);
  if (form.elements.text && form.elements.text.value) later();
})();
