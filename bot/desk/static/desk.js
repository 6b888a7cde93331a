/* Comforts of the desk that pages can do without: news about new sign-ups, a warning before text is lost, printing. */
"use strict";

/* --- the list tells that sign-ups came in, and whose; nothing moves until somebody asks for them --- */
function watchList(place) {
  const { url, show, login, loginText, seconds } = place.dataset;
  let tag = "";
  let timer = 0;

  /* Who came in, beside the link; left alone while somebody is on one of the names. */
  function name(people) {
    const names = place.querySelector("span");
    if (!names || names.contains(document.activeElement)) return;
    names.replaceChildren(
      ...people.flatMap((one) => {
        const link = document.createElement("a");
        link.href = one.url;
        link.textContent = one.name;
        const tag = document.createElement("b");
        tag.className = `tag ${one.tag}`;
        tag.textContent = one.verdict;
        return [" ", link, " ", tag];
      }),
    );
  }

  function tell(text, address, people = []) {
    let link = place.querySelector("a");
    if (!text) {
      place.replaceChildren();
      return;
    }
    // The same link again, so that somebody who is on it stays on it.
    if (!link) {
      link = document.createElement("a");
      place.replaceChildren(link, document.createElement("span"));
    }
    link.href = address;
    if (link.textContent !== text) link.textContent = text;
    name(people);
  }

  async function look() {
    clearTimeout(timer);
    if (document.visibilityState === "visible") {
      try {
        const answer = await fetch(url, { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store" });
        if (answer.status === 401) {
          tell(loginText, login);
          return;
        }
        if (answer.ok) {
          tag = answer.headers.get("ETag") || "";
          const { text, people } = await answer.json();
          tell(text, show, people);
        }
      } catch {
        // The network is away for a moment: the next look will tell.
      }
    }
    clearTimeout(timer);
    timer = setTimeout(look, Number(seconds) * 1000);
  }

  document.addEventListener("visibilitychange", look);
  look();
}

/* --- a page with several forms sends only one of them: ask before the text in another one goes --- */
function watchForms(forms) {
  let sent = null;
  const isText = (field) => field.matches("textarea, input:not([type=hidden], [type=checkbox])");
  const changed = (form) =>
    [...form.elements].some((field) => isText(field) && field.value !== field.defaultValue);
  document.addEventListener("submit", (event) => {
    sent = event.target;
  });
  addEventListener("beforeunload", (event) => {
    if (forms.some((form) => form !== sent && changed(form))) event.preventDefault();
    sent = null;
  });
}

/* --- the call sheet tells what the verdict becomes as soon as another answer is chosen --- */
function watchSheet(form, place) {
  let newest = 0;
  form.addEventListener("change", async (event) => {
    if (!event.target.matches("select")) return;
    newest += 1;
    const mine = newest;
    try {
      const answer = await fetch(form.dataset.outcome, { method: "POST", body: new FormData(form), redirect: "manual" });
      if (answer.ok && mine === newest) place.innerHTML = await answer.text();
    } catch {
      // The network is away for a moment: the button tells it too.
    }
  });
}

/* --- a letter is printed by a button too --- */
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

/* --- somebody who chooses a password may look at it --- */
for (const button of document.querySelectorAll("[data-shows]")) {
  const fields = button.dataset.shows.split(" ").map((id) => document.getElementById(id));
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(shown));
    for (const field of fields) field.type = shown ? "text" : "password";
  });
}

const news = document.getElementById("nieuws");
if (news) watchList(news);
const sheet = document.getElementById("belblad");
if (sheet) watchSheet(sheet, document.getElementById("uitkomst"));
const forms = [...document.querySelectorAll("input[name=draft_owner]")].map((field) => field.form);
if (forms.length) watchForms(forms);
