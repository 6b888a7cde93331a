/* Three text sizes, remembered on this device. Loaded before the page is drawn, so that the text does not jump. Without
   script the browser's own zoom does the same. */
(function () {
  "use strict";

  const KEY = "stamcelwijzer-tekstgrootte";
  const root = document.documentElement;

  apply(kept());
  document.addEventListener("DOMContentLoaded", function () {
    const group = document.querySelector("[data-text-sizes]");
    if (!group) { return; }
    group.hidden = false;
    show(group);
    group.addEventListener("click", function (event) {
      const button = event.target.closest("button");
      if (!button) { return; }
      apply(button.value);
      keep(button.value);
      show(group);
    });
  });
  // Another tab of the same person.
  window.addEventListener("storage", function (event) {
    if (event.key !== KEY) { return; }
    apply(kept());
    const group = document.querySelector("[data-text-sizes]");
    if (group) { show(group); }
  });

  function apply(size) {
    if (size === "large" || size === "largest") { root.dataset.textSize = size; } else { delete root.dataset.textSize; }
  }

  function show(group) {
    group.querySelectorAll("button").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.value === (root.dataset.textSize || "normal")));
    });
  }

  function kept() {
    try { return localStorage.getItem(KEY); } catch (error) { return null; /* storage is switched off */ }
  }

  function keep(size) {
    try { localStorage.setItem(KEY, size); } catch (error) { /* storage is switched off: for this page only */ }
  }
})();
