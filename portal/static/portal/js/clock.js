// Times that run on the page. <b data-count="90" data-count-by="60" data-count-end="words"> shows what is left, in steps of
// data-count-by seconds, and the words once nothing is. <div data-idle="900" data-idle-stay="/address" hidden> appears two
// minutes before the visit ends; its button asks the address, which keeps the visit open, and hides it again.
(() => {
  const WARNING = 120;
  const started = performance.now();
  const passed = (since) => (performance.now() - since) / 1000;

  document.querySelectorAll("[data-count]").forEach((place) => {
    const step = Number(place.dataset.countBy) || 1;
    const timer = setInterval(() => {
      const left = Number(place.dataset.count) - passed(started);
      if (left > 0) place.textContent = Math.ceil(left / step);
      else {
        clearInterval(timer);
        (place.closest("[data-count-whole]") || place).textContent = place.dataset.countEnd;
      }
    }, 1000);
  });

  document.querySelectorAll("[data-idle]").forEach((notice) => {
    let since = started;
    const look = () => {
      const left = Number(notice.dataset.idle) - passed(since);
      if (left < -5) location.reload();
      notice.hidden = left > WARNING;
    };
    setInterval(look, 1000);
    notice.querySelector("button").addEventListener("click", async () => {
      try {
        const answer = await fetch(notice.dataset.idleStay, { credentials: "same-origin", redirect: "manual" });
        if (answer.status !== 204) return location.reload();
        since = performance.now();
        notice.hidden = true;
      } catch {
        // Without a connection the notice stays, and can be pressed again.
      }
    });
  });
})();
