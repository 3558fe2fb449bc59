// Writes under each search result that is an API what the table says of it.
"use strict";
{
  const listed = JSON.parse(document.getElementById("listed").textContent);
  const add = (item) => {
    const place = item.querySelector("a").getAttribute("href").replace(/\.html(#.*)?$/, "");
    if (!listed[place]) return;
    const [verdict, counterparts, summary] = listed[place];
    const line = item.appendChild(document.createElement("p"));
    const badge = line.appendChild(document.createElement("span"));
    badge.className = `badge badge-${verdict}`;
    badge.textContent = verdict;
    if (counterparts) line.append(" ", Object.assign(document.createElement("code"), { textContent: counterparts }));
    if (summary) line.append(counterparts ? " · " : " ", summary.replaceAll("`", ""));
  };
  new MutationObserver((changes) => {
    for (const change of changes)
      for (const node of change.addedNodes) if (node.matches?.("ul.search > li")) add(node);
  }).observe(document.getElementById("search-results"), { childList: true, subtree: true });
}
