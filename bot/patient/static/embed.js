/* Stamcelwijzer on your own page: <script src="https://.../embed.js" defer></script>. See docs/embedding.md. */
(function () {
  "use strict";

  const script = document.currentScript;
  if (!script || document.querySelector("stamcelwijzer-chat")) { return; }

  const given = script.dataset;
  const site = new URL(script.src).origin;
  const OPEN = "stamcelwijzer-open";
  const ASKED = "stamcelwijzer-asked";
  const HASH = "#stamcelwijzer";
  const NARROW = window.matchMedia("(max-width: 40rem), (max-height: 30rem)");
  // By language: `open`, `close` and `name`, and the `page` in the iframe. The server fills them in.
  const WORDS = /* words */ {};
  const words = WORDS[given.language] || WORDS.nl;
  const colour = readable(given.color) || "#14595b";
  const corner = given.corner === "left" ? "left" : "right";

  /* Everything is set here again, important and on the element itself: no style of the page comes before that. */
  const host = document.createElement("stamcelwijzer-chat");
  [["all", "initial"], ["position", "fixed"], ["z-index", "2147483647"], ["inset", "auto"], [corner, "0"], ["bottom", "0"],
    ["display", "block"], ["visibility", "visible"], ["opacity", "1"], ["pointer-events", "auto"]].forEach(function (rule) {
    host.style.setProperty(rule[0], rule[1], "important");
  });
  const root = host.attachShadow({ mode: "open" });
  dress(root);

  const launcher = document.createElement("button");
  launcher.type = "button";
  launcher.className = "launcher";
  launcher.setAttribute("aria-expanded", "false");
  launcher.setAttribute("aria-haspopup", "dialog");
  const mark = document.createElement("span");
  mark.className = "mark";
  mark.setAttribute("aria-hidden", "true");
  launcher.append(mark, given.label || words.open);
  launcher.addEventListener("click", function () { panel.open ? close() : open(true); });

  const panel = document.createElement("dialog");
  panel.setAttribute("aria-label", words.name);
  const shut = document.createElement("button");
  shut.type = "button";
  shut.className = "shut";
  shut.textContent = "\u00d7";
  shut.setAttribute("aria-label", words.close);
  shut.addEventListener("click", close);
  panel.append(shut);
  panel.addEventListener("cancel", function (event) { event.preventDefault(); close(); });
  panel.addEventListener("keydown", function (event) { if (event.key === "Escape") { event.stopPropagation(); close(); } });
  root.append(launcher, panel);

  let frame = null;
  let loaded = false;
  let wantsFocus = false;

  window.addEventListener("message", function (event) {
    if (!frame || event.source !== frame.contentWindow || event.origin !== site || !event.data) { return; }
    if (event.data.stamcelwijzer === "close") { close(); }
    if (event.data.stamcelwijzer === "ready") { loaded = true; if (wantsFocus) { focusInside(); } }
  });
  window.addEventListener("hashchange", followHash);
  // The screen was turned, or the page enlarged: from beside the page to over it, or back.
  NARROW.addEventListener("change", function () { if (panel.open) { panel.close(); show(); } });

  function start() {
    document.body.append(host);
    // By itself it never covers the whole of a small screen.
    if (!followHash() && !NARROW.matches && (given.open === "true" || remembered())) { open(false); }
  }

  /* A link to #stamcelwijzer opens the chat, one to #stamcelwijzer=<topic id> asks that, =meedoen begins the pre-screen. */
  function followHash() {
    if (!window.location.hash.startsWith(HASH)) { return false; }
    const topic = window.location.hash.slice(HASH.length + 1);
    history.replaceState(history.state, "", window.location.pathname + window.location.search);
    open(true, topic);
    return true;
  }

  function open(focus, topic) {
    wantsFocus = focus;
    if (!frame || topic) { load(topic || firstTopic()); }
    if (!panel.open) { show(); }
    launcher.setAttribute("aria-expanded", "true");
    remember(true);
    if (focus && loaded) { focusInside(); }
  }

  /* Over the whole of a small screen the rest of the page cannot be reached; beside it, on a large one, it can. */
  function show() {
    // Set as an attribute it takes no focus.
    if (NARROW.matches) { panel.showModal(); } else { panel.open = true; }
  }

  function load(topic) {
    const address = new URL(words.page, site);
    const asked = { van: window.location.origin, kleur: given.color, letter: given.font, logo: logo(), onderwerp: topic };
    Object.keys(asked).forEach(function (name) { if (asked[name]) { address.searchParams.set(name, asked[name]); } });
    loaded = false;
    // A fresh iframe leaves no trace in the history of the page, so the back button keeps its meaning.
    if (frame) { frame.remove(); }
    frame = document.createElement("iframe");
    frame.title = words.name;
    frame.referrerPolicy = "origin";
    frame.src = address.href;
    panel.append(frame);
  }

  /* What the page's own tag wants to begin with, once in a tab: not again on every page. */
  function firstTopic() {
    const topic = given.prescreen === "true" ? "meedoen" : given.topic;
    try {
      if (!topic || sessionStorage.getItem(ASKED) === topic) { return ""; }
      sessionStorage.setItem(ASKED, topic);
    } catch (error) { /* switched off */ }
    return topic;
  }

  function close() {
    if (!panel.open) { return; }
    panel.close();
    launcher.setAttribute("aria-expanded", "false");
    remember(false);
    launcher.focus({ preventScroll: true });
  }

  function focusInside() {
    frame.focus();
    frame.contentWindow.postMessage({ stamcelwijzer: "focus" }, site);
  }

  function logo() {
    try { return given.logo ? new URL(given.logo, document.baseURI).href : ""; } catch (error) { return ""; }
  }

  function remember(isOpen) {
    try { isOpen ? sessionStorage.setItem(OPEN, "1") : sessionStorage.removeItem(OPEN); } catch (error) { /* switched off */ }
  }

  function remembered() {
    try { return sessionStorage.getItem(OPEN) === "1"; } catch (error) { return false; }
  }

  /* The colour when white can be read on it, otherwise nothing: then the usual one is used. */
  function readable(written) {
    const found = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec((written || "").trim());
    if (!found) { return ""; }
    const digits = found[1].length === 6 ? found[1] : found[1].replace(/./g, "$&$&");
    const parts = [0, 2, 4].map(function (place) {
      const part = parseInt(digits.slice(place, place + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4);
    });
    const luminance = 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    // Against the paper of the chat, so that launcher and chat choose alike.
    if (0.98256 / (luminance + 0.05) >= 4.5) { return "#" + digits; }
    console.warn("Stamcelwijzer: data-color " + written + " gives text too little contrast; the usual colour is used.");
    return "";
  }

  /* Sizes in em, of the size the reader chose: rem would follow the page's own root. */
  function dress(shadow) {
    const css =
      ":host{font:500 medium/1.4 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}" +
      "*{box-sizing:border-box}" +
      ".launcher{display:flex;align-items:center;gap:.6em;margin:0 1em 1em;min-height:3em;max-width:calc(100vw - 2em);padding:.6em 1.2em;" +
      "border:2px solid #fff;border-radius:1.5em;background:var(--c);color:#fff;font:inherit;text-align:start;cursor:pointer;box-shadow:0 2px 12px rgb(0 0 0/.3)}" +
      ".mark{flex:none;width:1.3em;height:1.3em;border:3px solid;border-radius:50%;background:radial-gradient(currentcolor 32%,transparent 36%)}" +
      ".launcher:focus-visible,.shut:focus-visible{outline:3px solid #fff;outline-offset:-5px;box-shadow:0 0 0 3px #1a4fb4}" +
      "dialog{position:fixed;inset:auto;bottom:5em;" + corner + ":1em;width:26em;height:min(44em,calc(100dvh - 6em));max-width:none;max-height:none;" +
      "margin:0;padding:0;border:1px solid #5e6b69;border-radius:.75em;overflow:hidden;background:#faf7f2;box-shadow:0 6px 30px rgb(0 0 0/.35)}" +
      "dialog::backdrop{background:rgb(0 0 0/.5)}" +
      "iframe{display:block;width:100%;height:100%;border:0;color-scheme:light dark}" +
      ".shut{position:absolute;top:.16em;right:.16em;z-index:1;width:1.72em;height:1.72em;padding:0;border:0;border-radius:.3em;" +
      "background:var(--c);color:#fff;font:700 1.6em/1 system-ui,sans-serif;cursor:pointer}" +
      "@media (max-width:40rem),(max-height:30rem){dialog{inset:0;width:100%;height:100%;border:0;border-radius:0}}" +
      "@media (prefers-reduced-motion:no-preference){dialog[open]{animation:in .18s ease-out}@keyframes in{from{opacity:0;transform:translateY(1em)}}}" +
      "@media (prefers-color-scheme:dark){dialog{background:#141b1b}}" +
      "@media (forced-colors:active){.launcher,.shut{border:2px solid ButtonText}}" +
      "@media print{:host{display:none!important}}";
    host.style.setProperty("--c", colour);
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      shadow.adoptedStyleSheets = [sheet];
    } catch (error) {
      const sheet = document.createElement("style");
      sheet.textContent = css;
      shadow.append(sheet);
    }
  }

  if (document.body) { start(); } else { document.addEventListener("DOMContentLoaded", start); }
})();
