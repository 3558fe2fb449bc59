// Ranks search results: first the API that the query names, then those whose own name holds its last word.
// eslint-disable-next-line no-var
var Scorer = {
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
  score: ([, title, anchor, , score]) => {
    if (anchor) return score;
    // As the frameworks' modules are usually imported.
    const query = new URLSearchParams(location.search)
      .get("q")
      .trim()
      .replace(/\(\)$/, "")
      .replace(/^F\./, "functional.")
      .replace(/^ms\./, "mindspore.");
    const [name, asked] = [title.toLowerCase(), query.toLowerCase()];
    if (title === query || title.endsWith("." + query)) score += 2;
    if (name.startsWith("torch.")) score += 1;
    if (name === asked) return score + 300;
    if (name.endsWith("." + asked)) return score + 200;
    const last = asked.split(/[\s.]+/).pop();
    return name.split(".").pop().includes(last) ? score + 100 : score;
  },
};
