// Filters the table of APIs. The state is in the part of the address after #, so a filtered view can be linked.
"use strict";
{
  const form = document.getElementById("filters");
  const { text, family } = form.elements;
  const boxes = [...form.querySelectorAll("[name=verdict]")];
  const rows = [...document.querySelectorAll("#apis tbody tr")].map((row) => ({
    row,
    ...row.dataset,
    names: (row.cells[0].textContent + " " + row.cells[1].textContent).toLowerCase(),
  }));
  // As the frameworks' modules are usually imported.
  const SHORT = { "f.": "functional.", "ms.": "mindspore." };

  const full = (word) => {
    const short = Object.keys(SHORT).find((each) => word.startsWith(each));
    return short ? SHORT[short] + word.slice(short.length) : word;
  };

  const show = () => {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean).map(full);
    const verdicts = boxes.filter((box) => box.checked).map((box) => box.value);
    const inside = family.value.endsWith(".*") ? family.value.slice(0, -1) : null;
    let shown = 0;
    for (const each of rows) {
      const fits =
        words.every((word) => each.names.includes(word)) &&
        (!verdicts.length || verdicts.includes(each.verdict)) &&
        (!family.value || each.family === family.value || (inside && (each.family + ".").startsWith(inside)));
      each.row.hidden = !fits;
      shown += fits;
    }
    const all = rows.length.toLocaleString("en");
    document.getElementById("filter-count").textContent =
      shown === rows.length ? `${all} APIs` : `${shown.toLocaleString("en")} of ${all} APIs`;
    form.querySelector("[type=reset]").hidden = !words.length && !verdicts.length && !family.value;
    document.getElementById("nothing").hidden = shown > 0;
    document.getElementById("apis").hidden = shown === 0;
  };

  const write = () => {
    const state = new URLSearchParams();
    if (text.value.trim()) state.set("text", text.value.trim());
    const verdicts = boxes.filter((box) => box.checked).map((box) => box.value);
    if (verdicts.length) state.set("verdict", verdicts.join(","));
    if (family.value) state.set("family", family.value);
    history.replaceState(null, "", "#" + state);
    show();
  };

  const read = () => {
    const state = new URLSearchParams(location.hash.slice(1));
    const verdicts = (state.get("verdict") ?? "").split(",");
    text.value = state.get("text") ?? "";
    family.value = state.get("family") ?? "";
    if (family.selectedIndex < 0) family.value = "";
    for (const box of boxes) box.checked = verdicts.includes(box.value);
    show();
  };

  form.addEventListener("input", write);
  form.addEventListener("reset", () => setTimeout(write));
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", () => {
    read();
    form.scrollIntoView();
  });
  form.hidden = false;
  read();
}
