// Times that run on the page. <b data-count="90" data-count-by="60" data-count-end="words"> shows what is left, in steps of
// data-count-by seconds, and the words once nothing is. <button data-wait="30"> cannot be pressed for so long.
// <div data-idle="900" data-end="3600" data-idle-stay="/address" hidden> appears two minutes before the visit ends, with the
// minutes in [data-left]; its button asks the address, which keeps the visit open, and hides it again. Near data-end, which
// nothing puts off, [data-last] says so in place of the button.
(() => {
  const WARNING = 120;
  // Not performance.now(): it stands still in a phone that sleeps.
  const started = Date.now();
  const passed = (since) => (Date.now() - since) / 1000;

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

  document.querySelectorAll("[data-wait]").forEach((button) => {
    button.disabled = true;
    const timer = setInterval(() => {
      if (passed(started) < Number(button.dataset.wait)) return;
      clearInterval(timer);
      button.disabled = false;
    }, 500);
  });

  document.querySelectorAll("[data-idle]").forEach((notice) => {
    const button = notice.querySelector("button");
    let since = started;
    const look = () => {
      const idle = Number(notice.dataset.idle) - passed(since);
      const end = Number(notice.dataset.end) - passed(started);
      const left = Math.min(idle, end);
      if (left < -5) location.reload();
      button.hidden = end <= WARNING;
      notice.querySelector("[data-last]").hidden = !button.hidden;
      // Written only when it changes: it lies in an alert, which readers speak anew.
      const minutes = String(Math.max(1, Math.ceil(left / 60)));
      const place = notice.querySelector("[data-left]");
      if (place.textContent !== minutes) place.textContent = minutes;
      notice.hidden = left > WARNING;
    };
    setInterval(look, 1000);
    button.addEventListener("click", async () => {
      try {
        const answer = await fetch(notice.dataset.idleStay, { credentials: "same-origin", redirect: "manual" });
        if (answer.status !== 204) return location.reload();
        since = Date.now();
        notice.hidden = true;
      } catch {
        // Without a connection the notice stays, and can be pressed again.
      }
    });
  });
})();
