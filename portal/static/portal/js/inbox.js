// The inbox without a reload: every ten seconds asks how many dialogues wait, and shows it in the navigation and in the
// title of the page. Where a page says what it has shown (data-news data-seen), tells of a newer message.
// Sleeps while the page is hidden; ends when the site does not answer this page any more.
(() => {
  const EVERY = 10;
  const LONGEST = 120;
  const places = [...document.querySelectorAll("[data-waiting]")];
  const notice = document.querySelector("[data-news]");
  const title = document.title;

  const count = (words) => {
    for (const place of places) {
      place.hidden = !words;
      place.querySelector("[data-waiting-figure]").textContent = words;
    }
    document.title = words ? `(${words}) ${title}` : title;
  };

  const follow = () => {
    const address = new URL(places[0].dataset.waiting, location);
    if (notice && notice.dataset.dialogue) address.searchParams.set("dialogue", notice.dataset.dialogue);
    let pause = EVERY;
    let timer = 0;
    let over = false;

    const later = () => {
      clearTimeout(timer);
      if (!over && !document.hidden) timer = setTimeout(ask, pause * 1000);
    };

    const ask = async () => {
      try {
        const answer = await fetch(address, {
          headers: { "X-Requested-With": "fetch" },
          credentials: "same-origin",
          redirect: "manual",
        });
        if (answer.type === "opaqueredirect" || answer.status === 403) over = true;
        else if (!answer.ok) throw new Error(String(answer.status));
        else {
          const news = await answer.json();
          count(news.waiting);
          if (notice && news.newest > Number(notice.dataset.seen)) notice.hidden = false;
          pause = EVERY;
        }
      } catch {
        pause = Math.min(pause * 2, LONGEST);
      }
      later();
    };

    document.addEventListener("visibilitychange", () => {
      clearTimeout(timer);
      pause = EVERY;
      if (!document.hidden && !over) ask();
    });
    later();
  };

  if (places.length) {
    count(places[0].querySelector("[data-waiting-figure]").textContent);
    follow();
  }

  // A ready answer goes in where the cursor stands; without scripts the site puts it at the end.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    const field = button && button.form.elements.text;
    if (!field) return;
    event.preventDefault();
    field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
})();
