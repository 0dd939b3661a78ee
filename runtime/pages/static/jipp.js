// What pages do better with a script. Every page works without it.

/** A status that changes: the part of the page is fetched again until it says that it rests. */
for (const part of document.querySelectorAll("[data-live]")) {
  const again = async () => {
    try {
      const answer = await fetch(part.dataset.live, { headers: { Accept: "text/html" } });
      if (answer.redirected) return location.reload(); // the session is over: the page leads to sign-in
      if (answer.ok) part.innerHTML = await answer.text();
      if (answer.headers.get("JIPP-Live") !== "rest") setTimeout(again, 2000);
      else if (part.dataset.then) location.assign(part.dataset.then);
    } catch {
      setTimeout(again, 8000);
    }
  };
  if (part.dataset.running === "yes") setTimeout(again, 1000);
}

/** What a form holds, as the service reads forms: URL-encoded, never in parts. */
const fieldsOf = (form) => new URLSearchParams(new FormData(form));

/** Drafts: a form saves itself a moment after the last key, one save after the other, and says so. */
for (const form of document.querySelectorAll("form[data-draft]")) {
  const told = form.querySelector("[data-told]");
  let waiting = 0, saves = 0, isAway = false, last = Promise.resolve();
  const send = () => fetch(form.dataset.draft, { method: "POST", body: fieldsOf(form) });
  /** Takes the token of the session that began in another tab. */
  const renew = async () => {
    const page = await fetch(location.pathname);
    if (page.redirected) return;
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
    form.elements.csrf.value = fresh.querySelector("form[data-draft] [name=csrf]").value;
  };
  const saved = async () => {
    let answer = await send();
    if (answer.status === 403) {
      await renew();
      answer = await send();
    }
    isAway = answer.redirected || answer.status === 403;
    if (isAway) told.textContent = told.dataset.away;
    else if (answer.status === 409) told.textContent = told.dataset.changed;
    else if (!answer.ok) told.textContent = told.dataset.failed;
    else {
      form.elements.version.value = answer.headers.get("JIPP-Version");
      told.textContent = await answer.text();
    }
    return answer.ok && !isAway;
  };
  const failed = () => (told.textContent = told.dataset.failed, false);
  const save = () => {
    saves += 1;
    return (last = last.then(saved).catch(failed).finally(() => (saves -= 1)));
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(save, 800);
  });
  form.addEventListener("submit", async (event) => {
    clearTimeout(waiting);
    if (!saves && !isAway) return;
    event.preventDefault();
    const button = event.submitter;
    if (await save()) form.requestSubmit(button);
  });
}

/** A field that was left is checked: what is wrong with it is said beside it. */
for (const form of document.querySelectorAll("form[data-check]")) {
  form.addEventListener("change", async ({ target }) => {
    const place = document.getElementById(`${target.id}-fault`);
    if (!place) return;
    const answer = await fetch(form.dataset.check, { method: "POST", body: fieldsOf(form) });
    if (!answer.ok || answer.redirected) return;
    place.textContent = (await answer.json())[target.id] ?? "";
    target.toggleAttribute("aria-invalid", false);
    if (place.textContent) target.setAttribute("aria-invalid", "true");
  });
}

/** One tick for all ticks of that name. */
for (const all of document.querySelectorAll("[data-all]")) {
  all.hidden = false;
  all.querySelector("input").addEventListener("change", ({ target }) => {
    for (const it of document.getElementsByName(all.dataset.all)) it.checked = target.checked;
  });
}

/** What cannot be taken back is asked about once more. */
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.ask;
  if (question && !confirm(question)) event.preventDefault();
});

/**
 * Keys of a page with cases: a letter follows a link (`data-key`), a figure chooses an answer, and
 * in a list j and k go from row to row (`data-row`). Whoever wants none switches them off; nothing
 * happens while somebody types, or holds another key down.
 */
for (const help of document.querySelectorAll("dialog[data-keys]")) {
  const opener = document.querySelector("[data-keys-open]"), isOn = help.querySelector("input");
  isOn.checked = localStorage.getItem("keys") !== "off";
  isOn.addEventListener("change", () => localStorage.setItem("keys", isOn.checked ? "on" : "off"));
  opener.hidden = false;
  opener.addEventListener("click", () => help.showModal());
  const step = (by) => {
    const rows = [...document.querySelectorAll("[data-row]")];
    const next = rows.indexOf(document.activeElement) + by;
    rows[next < 0 && by < 0 ? 0 : Math.min(next, rows.length - 1)]?.focus();
  };
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    const isTyping = target.closest("input:not([type=radio]), select, textarea, dialog");
    const isHeld = event.ctrlKey || event.altKey || event.metaKey || event.isComposing;
    if (!isOn.checked || isTyping || isHeld) return;
    if (target.type === "radio" && key.startsWith("Arrow")) return; // moves between the answers
    if (key === "?") return help.showModal();
    const named = [...document.querySelectorAll("[data-key]")];
    const found = named.find((it) => it.dataset.key.split(" ").includes(key));
    if (found) found.focus(), found.click();
    else if (key === "j" || key === "k") step(key === "j" ? 1 : -1);
  });
}

/** Prints the page. */
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});

/** Copies what a button names. */
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent);
  button.textContent = button.dataset.copied;
});
