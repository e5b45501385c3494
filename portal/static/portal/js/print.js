/* Shows the buttons that print the page: without scripts there are none, and the browser's own menu prints it. */
"use strict";
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
