// GET /: the same truth as /status, for people. One file, no outside resources; it asks /status once a
// second.
#include "admin/view.hpp"

namespace weir::admin {

namespace {

constexpr std::string_view html = R"html(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>weir</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { color-scheme: light dark; font-family: system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin-bottom: 2rem; }
th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid #8884; vertical-align: top; }
td.n { font-variant-numeric: tabular-nums; }
.fit { color: #17803d; font-weight: 600; } .unfit { color: #c22; font-weight: 600; }
.held { color: #b60; font-weight: 600; }
.note { color: #888; } #failover { color: #b60; font-weight: 600; }
</style></head><body>
<h1>weir</h1>
<p id="state" class="note">asking …</p><p id="failover"></p>
<h2>Execution layer <span id="el-head" class="note"></span></h2><table id="el"></table>
<h2>Consensus layer <span id="cl-head" class="note"></span></h2><table id="cl"></table>
<noscript><p>This page needs JavaScript; <a href="/status">/status</a> says the same as JSON.</p></noscript>
<script>
const cell = (row, text, kind) => { const td = row.insertCell(); td.textContent = text; if (kind) td.className = kind; };
function show(id, nodes, tier, head) {
  const table = document.getElementById(id);
  table.replaceChildren();
  const top = table.insertRow();
  for (const name of ["node", ...(tier ? ["tier"] : []), "state", head, "lag", "latency", "in flight", "client", "why"]) {
    const th = document.createElement("th"); th.textContent = name; top.append(th);
  }
  for (const node of nodes) {
    const row = table.insertRow();
    cell(row, node.name);
    if (tier) cell(row, node.is_primary ? "primary" : "backup");
    if (node.is_healthy) cell(row, "fit", "fit");
    else if (node.is_held_back) cell(row, "held back", "held");
    else cell(row, "unfit", "unfit");
    cell(row, (tier ? node.block_number : node.slot) ?? "–", "n");
    cell(row, node.lag, "n");
    cell(row, node.latency_ms.toFixed(1) + " ms", "n");
    cell(row, node.in_flight, "n");
    cell(row, node.client_version);
    cell(row, node.reason);
  }
}
async function refresh() {
  const state = document.getElementById("state");
  try {
    const s = await (await fetch("/status")).json();
    show("el", s.el_nodes, true, "block");
    show("cl", s.cl_nodes, false, "slot");
    document.getElementById("el-head").textContent = "head " + s.el_chain_head;
    document.getElementById("cl-head").textContent = "head " + s.cl_chain_head;
    document.getElementById("failover").textContent = s.el_failover_active ? "No primary is fit: backups serve." : "";
    state.textContent = "version " + s.version + ", " + new Date().toLocaleTimeString();
  } catch (error) {
    state.textContent = "weir does not answer: " + error;
  }
}
refresh();
setInterval(refresh, 1000);
</script></body></html>
)html";

} // namespace

Answer page() {
    return {200, "text/html; charset=utf-8", std::string(html),
            "Cache-Control: no-store\r\nContent-Security-Policy: frame-ancestors 'none'\r\n"};
}

} // namespace weir::admin
