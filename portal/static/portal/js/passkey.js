// allauth tells of a passkey that failed only in the console: say it on the page.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const words = document.getElementById("passkey-failed");
  if (!words) return;
  words.hidden = false;
  words.scrollIntoView({ block: "nearest" });
});
