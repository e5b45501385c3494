// Keeps a part of the page fresh: <div data-live="/address" data-live-every="2"> asks for an HTML fragment and shows it.
// A fragment with [data-live-done] ends it: the page opens the address given there, or loads again when none is given.
// When the site does not answer this page any more (the visit is over), it loads again too, and says so.
// Sleeps while the page is hidden; after an error, and slowly in any case, the pause grows up to half a minute.
(() => {
  const LONGEST = 30;

  const follow = (place) => {
    const shortest = Number(place.dataset.liveEvery) || 2;
    let pause = shortest;
    let timer = 0;
    let asking = false;
    let over = false;

    const later = () => {
      clearTimeout(timer);
      if (!over && !document.hidden) timer = setTimeout(ask, pause * 1000);
    };

    const show = (html) => {
      if (place.innerHTML.trim() !== html.trim()) {
        place.innerHTML = html;
        pause = shortest;
      } else {
        pause = Math.min(pause * 1.15, LONGEST);
      }
      const done = place.querySelector("[data-live-done]");
      if (!done) return;
      over = true;
      if (done.dataset.liveDone) location.assign(done.dataset.liveDone);
      else location.reload();
    };

    const ask = async () => {
      if (asking || over) return;
      asking = true;
      try {
        const answer = await fetch(place.dataset.live, {
          headers: { "X-Requested-With": "fetch" },
          credentials: "same-origin",
          redirect: "manual",
        });
        if (answer.type === "opaqueredirect" || answer.status === 403 || answer.status === 404) {
          over = true;
          location.reload();
        } else if (!answer.ok) throw new Error(String(answer.status));
        else show(await answer.text());
      } catch {
        pause = Math.min(pause * 2, LONGEST);
      }
      asking = false;
      later();
    };

    document.addEventListener("visibilitychange", () => {
      pause = shortest;
      if (document.hidden) clearTimeout(timer);
      else ask();
    });
    later();
  };

  document.querySelectorAll("[data-live]").forEach(follow);
})();
