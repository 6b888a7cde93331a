/* Small helps for long forms: the first thing to repair gets the focus, and one press sends once. */
(function () {
  "use strict";

  const first = document.querySelector(".error-summary, .misfit[role=alert]");
  if (first) { first.focus(); }

  document.querySelectorAll("form[data-once]").forEach(function (form) {
    let sent = false;
    form.addEventListener("submit", function (event) {
      if (sent) { event.preventDefault(); return; }
      sent = true;
      // Someone who comes back with the back button must be able to send again.
      window.addEventListener("pageshow", function () { sent = false; }, { once: true });
      setTimeout(function () { sent = false; }, 10000);
    });
  });
})();
