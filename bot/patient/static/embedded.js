/* Inside the iframe on another site: keeps the conversation's token, fetches what was said, and talks with the page. */
(function () {
  "use strict";

  const place = document.getElementById("gesprek-plaats");
  const origin = place.dataset.origin;
  const NAME = "stamcelwijzer-gesprek";
  const COOKIE = "; Path=/; SameSite=None; Secure; Partitioned; Max-Age=";
  const DAY = 24 * 3600;
  let held = "";
  let days = 1;

  document.addEventListener("conversation-token", function (event) { keep(event.detail); });
  document.addEventListener("keydown", function (event) { if (event.key === "Escape" && !event.defaultPrevented) { tell("close"); } });
  document.addEventListener("submit", function (event) {
    if (event.target.dataset.keep) { event.preventDefault(); keepLonger(event.target); }
    if (event.target.hasAttribute("data-erase")) { event.preventDefault(); erase(event.target); }
  });
  window.addEventListener("message", function (event) {
    if (event.source !== window.parent || event.origin !== origin || !event.data) { return; }
    if (event.data.stamcelwijzer === "focus") { focusField(); }
  });

  begin();

  async function begin() {
    try {
      const answer = await post(place.dataset.address, { conversation: kept(), onderwerp: place.dataset.topic });
      if (!answer.ok) { throw new Error("no conversation"); }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      place.replaceChildren(page.querySelector(".chat"));
      if (days > 1) { showKept(place.querySelector("form[data-keep]")); }
      document.dispatchEvent(new CustomEvent("conversation-shown"));
      const last = document.getElementById("nieuw");
      if (last) { last.scrollIntoView(); }
    } catch (error) {
      document.getElementById("niet-geladen").hidden = false;
    }
    tell("ready");
  }

  async function erase(form) {
    try {
      const answer = await post(form.action, { conversation: kept() });
      if (!answer.ok) { throw new Error("not erased"); }
      keep("");
      window.location.reload();
    } catch (error) {
      document.getElementById("melding").textContent = form.dataset.failed;
    }
  }

  /* To go on with the conversation on another day: only when asked for, and until it is asked no longer. */
  function keepLonger(form) {
    days = form.elements.bewaren.value === "ja" ? Number(form.dataset.keep) : 1;
    keep(kept());
    showKept(form);
  }

  function showKept(form) {
    const button = form.elements.bewaren;
    button.value = days > 1 ? "nee" : "ja";
    const words = JSON.parse(form.dataset.words);
    button.textContent = days > 1 ? words.end : words.start;
    form.querySelector(".hint").textContent = (days > 1 ? words.kept : words.kept_a_day).replace("{days}", days);
  }

  function post(address, fields) {
    return fetch(address, { method: "POST", body: new URLSearchParams(fields), credentials: "omit", redirect: "error" });
  }

  function tell(what) {
    if (origin && window.parent !== window) { window.parent.postMessage({ stamcelwijzer: what }, origin); }
  }

  function focusField() {
    const field = document.getElementById("vraag");
    if (field) { field.focus({ preventScroll: true }); } else { document.getElementById("inhoud").focus(); }
  }

  function keep(token) {
    held = token;
    document.querySelectorAll("input[name=conversation]").forEach(function (input) { input.value = token; });
    try {
      if (token) { localStorage.setItem(NAME, JSON.stringify([token, Date.now() + days * DAY * 1000, days])); } else { localStorage.removeItem(NAME); }
    } catch (error) {
      // A browser that gives an iframe no storage may still give it a cookie that is kept apart for the page it stands on.
      // It is read here only: the server never looks at it. Without both, the conversation lasts as long as the page.
      document.cookie = NAME + "=" + days + "." + token + COOKIE + (token ? days * DAY : 0);
    }
  }

  function kept() {
    if (held) { return held; }
    let token = "";
    try {
      const [stored, until, wanted] = JSON.parse(localStorage.getItem(NAME)) || ["", 0, 1];
      if (Date.now() < until) { token = stored; days = wanted; }
    } catch (error) {
      const found = /(?:^|; )stamcelwijzer-gesprek=(\d+)\.([^;]+)/.exec(document.cookie);
      if (found) { days = Number(found[1]); token = found[2]; }
    }
    held = token;
    return token;
  }
})();
