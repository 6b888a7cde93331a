/* Makes the chat page answer without a reload. Everything here is a convenience: the same forms work without it. */
(function () {
  "use strict";

  let log, field, notice, busy, embedded, words;
  const DRAFT = "stamcelwijzer-draft";
  const PATIENCE = 30000;
  let waiting = false;

  if (!window.fetch || !window.AbortController) { return; }
  // Inside another site's page the conversation is fetched first.
  document.addEventListener("conversation-shown", begin);
  begin();

  function begin() {
    log = document.getElementById("gesprek");
    field = document.getElementById("vraag");
    notice = document.getElementById("melding");
    busy = document.getElementById("bezig");
    if (!log || !field) { return; }
    const chat = field.closest(".chat");
    embedded = chat.hasAttribute("data-embedded");
    words = JSON.parse(chat.dataset.words);
    restoreDraft();
    document.addEventListener("submit", onSubmit);
    field.addEventListener("keydown", function (event) {
      // Enter sends; Shift+Enter begins a new line. Not while an input method is still composing a letter.
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        field.form.requestSubmit();
      }
    });
    askOpening();
  }

  /* A link from elsewhere says what to begin with: ask it once, and not again when the page is loaded anew. */
  function askOpening() {
    const form = document.querySelector("form[data-opening]");
    if (!form) { return; }
    const address = new URL(window.location.href);
    address.searchParams.delete("onderwerp");
    history.replaceState(history.state, "", address);
    form.requestSubmit(form.querySelector("button"));
  }

  function onSubmit(event) {
    const form = event.target;
    if (form.hasAttribute("data-rating")) { rate(event, form); return; }
    if (!form.hasAttribute("data-chat")) { return; }
    if (waiting) { event.preventDefault(); return; }
    const button = event.submitter && event.submitter.name === "choice" ? event.submitter : null;
    const typed = field.value.trim();
    if (!button && !typed) {
      event.preventDefault();
      say(words.empty);
      field.focus();
      return;
    }
    const limit = Number(field.form.dataset.limit);
    // The server counts and explains; the page it sends back keeps the text.
    if (!button && Array.from(typed).length > limit && !embedded) { return; }
    event.preventDefault();
    if (navigator.onLine === false) {
      say(words.offline);
      return;
    }
    send(form, button, typed);
  }

  async function send(form, button, typed) {
    const data = new FormData(form);
    if (button) { data.set("choice", button.value); }
    say("");
    keepDraft(button ? "" : typed);
    const echo = showSaid(button ? button.textContent.trim() : typed);
    if (!button) { field.value = ""; }
    setWaiting(true);
    const stop = new AbortController();
    const timer = setTimeout(function () { stop.abort(); }, PATIENCE);
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(data),
        headers: { "X-Fragment": "1" },
        credentials: embedded ? "omit" : "same-origin",
        redirect: "error",
        signal: stop.signal,
      });
      const token = answer.headers.get("X-Conversation");
      if (token) { document.dispatchEvent(new CustomEvent("conversation-token", { detail: token })); }
      if (answer.status === 422 && embedded) { takeBack(button, typed, echo, await answer.text()); return; }
      if (answer.status === 205) { forgetDraft(); window.location.reload(); return; }
      const html = await answer.text();
      const turn = answer.ok ? parse(html) : null;
      if (!turn) { throw new Error("no turn"); }
      forgetDraft();
      echo.remove();
      showTurn(turn, Boolean(button));
    } catch (error) {
      submitPlainly(form, button, typed, echo);
    } finally {
      clearTimeout(timer);
      setWaiting(false);
    }
  }

  /* Whether an answer helped: thanks and the question why take the place of the buttons. */
  async function rate(event, form) {
    event.preventDefault();
    const data = new FormData(form);
    if (event.submitter && event.submitter.name) { data.set(event.submitter.name, event.submitter.value); }
    const place = form.closest(".rated") || form;
    try {
      const answer = await fetch(form.action, {
        method: "POST", body: new URLSearchParams(data), headers: { "X-Fragment": "1" }, credentials: "omit", redirect: "error",
      });
      const rated = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".rated");
      if (!rated) { throw new Error("no answer"); }
      place.replaceWith(rated);
      const next = rated.querySelector("textarea") || rated.querySelector("p");
      next.tabIndex = next.tabIndex < 0 ? -1 : next.tabIndex;
      next.focus({ preventScroll: true });
    } catch (error) {
      say(words.not_rated);
    }
  }

  /* Nothing was sent: what was typed goes back where it was, with the reason. */
  function takeBack(button, typed, echo, why) {
    echo.remove();
    if (!button) { field.value = typed; }
    say(why);
    field.focus();
  }

  /* The ticket in the form makes sure that a message the server did receive is not asked twice. */
  function submitPlainly(form, button, typed, echo) {
    if (embedded) {
      takeBack(button, typed, echo, words.not_sent);
      return;
    }
    echo.remove();
    if (!button) { field.value = typed; }
    if (button) {
      const choice = document.createElement("input");
      choice.type = "hidden";
      choice.name = "choice";
      choice.value = button.value;
      form.appendChild(choice);
    }
    form.submit();
  }

  function parse(html) {
    return new DOMParser().parseFromString(html, "text/html").querySelector(".turn");
  }

  function showTurn(turn, focusAnswer) {
    document.querySelectorAll("#gesprek .choices, .choices.start, .choices.opening").forEach(function (old) { old.remove(); });
    document.querySelectorAll("#gesprek .turn").forEach(function (old) {
      old.removeAttribute("id");
      const replies = old.querySelector(".replies");
      if (replies) { replies.removeAttribute("tabindex"); }
    });
    log.appendChild(turn);
    document.querySelector(".chat").classList.add("chat-begun");
    document.querySelector(".whole").hidden = false;
    const subjects = document.querySelector(".subjects");
    if (subjects) { subjects.open = false; }
    renewTickets();
    // What opens by itself on another site's page takes no focus from that page.
    if (!embedded || document.hasFocus()) {
      (focusAnswer ? turn.querySelector(".replies") : field).focus({ preventScroll: true });
    }
    turn.scrollIntoView({ block: "start", behavior: calm() ? "auto" : "smooth" });
  }

  function showSaid(words) {
    const echo = document.createElement("div");
    echo.className = "turn";
    const said = document.createElement("div");
    said.className = "said";
    // The answer repeats these words, and only the answer should be read out.
    said.setAttribute("aria-hidden", "true");
    const line = document.createElement("p");
    line.textContent = words;
    said.appendChild(line);
    echo.appendChild(said);
    log.appendChild(echo);
    echo.scrollIntoView({ block: "nearest", behavior: calm() ? "auto" : "smooth" });
    return echo;
  }

  function setWaiting(now) {
    waiting = now;
    log.setAttribute("aria-busy", String(now));
    busy.textContent = "";
    if (!now) { return; }
    busy.append(words.busy);
    const dots = document.createElement("span");
    dots.className = "typing-dots";
    dots.setAttribute("aria-hidden", "true");
    for (let number = 0; number < 3; number += 1) { dots.appendChild(document.createElement("i")); }
    busy.append(dots);
  }

  function say(words) {
    notice.textContent = words;
    field.toggleAttribute("aria-invalid", false);
    if (words) { field.setAttribute("aria-invalid", "true"); }
  }

  function renewTickets() {
    document.querySelectorAll("input[name=ticket]").forEach(function (input) {
      const bytes = crypto.getRandomValues(new Uint8Array(12));
      input.value = Array.from(bytes, function (byte) { return byte.toString(16).padStart(2, "0"); }).join("");
    });
  }

  function calm() {
    return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  /* The draft lives in this tab only and is gone as soon as an answer is there. */
  function keepDraft(words) {
    try { sessionStorage.setItem(DRAFT, words); } catch (error) { /* storage is switched off */ }
  }

  function forgetDraft() {
    try { sessionStorage.removeItem(DRAFT); } catch (error) { /* storage is switched off */ }
  }

  function restoreDraft() {
    try {
      const words = sessionStorage.getItem(DRAFT);
      forgetDraft();
      const said = document.querySelectorAll("#gesprek .said p");
      const arrived = said.length && said[said.length - 1].textContent.includes(words);
      if (words && !field.value && !arrived) { field.value = words; }
    } catch (error) { /* storage is switched off */ }
  }
})();
