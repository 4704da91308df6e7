"""The looks of the HTML report: near-white paper, one accent, four states; dark by the reader's setting, black on white in print."""

STYLE = """
:root{color-scheme:light dark;--paper:#fbfaf8;--sheet:#fff;--ink:#1d1c1a;--soft:#6b6862;--line:#d9d5cd;--accent:#a32118;
--fail:#a32118;--fail-pale:#f7e3e0;--review:#8a5a00;--review-pale:#fbf0d9;--pass:#1f6b3a;--pass-pale:#dcefe2;--plain:#7d8fa6}
@media(prefers-color-scheme:dark){:root{--paper:#1b1b1c;--sheet:#242425;--ink:#ecebe8;--soft:#a9a6a0;--line:#454447;
--accent:#ff9a8f;--fail:#ff9a8f;--fail-pale:#4a2320;--review:#f2c46d;--review-pale:#443616;--pass:#8fd3a6;--pass-pale:#1f3b29;
--plain:#7f93ac}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);
font:16px/1.6 "Noto Sans CJK SC","Microsoft YaHei","PingFang SC",sans-serif;font-variant-numeric:tabular-nums}
main{max-width:72rem;margin:0 auto;padding:1rem 1.5rem 3rem}
h1{font-size:1.6rem;margin:.5rem 0 1rem}h2{font-size:1.2rem;margin:2.2rem 0 .7rem;border-bottom:2px solid var(--line)}
small,.hint,dt,footer{color:var(--soft);font-size:.875rem}
code{font:.875rem ui-monospace,"Noto Sans Mono CJK SC",Consolas,monospace;overflow-wrap:anywhere}
dl{display:flex;flex-wrap:wrap;gap:.3rem 2rem;margin:0}dd{margin:0}
.sum{display:flex;flex-wrap:wrap;gap:.6rem;margin:1.2rem 0}
.sum div{background:var(--sheet);border:1px solid var(--line);border-top:4px solid var(--soft);border-radius:4px;
padding:.4rem .9rem;min-width:7.5rem}
.sum b{display:block;font-size:1.5rem;line-height:1.3}.sum .fail{border-top-color:var(--fail)}
.sum .review{border-top-color:var(--review)}.sum .pass{border-top-color:var(--pass)}
.state{display:inline-block;border:1px solid currentColor;border-radius:3px;padding:0 .45rem;font-size:.875rem}
.state.fail{color:var(--fail);background:var(--fail-pale);font-weight:600}.state.fail::before{content:"✕ "}
.state.review{color:var(--review);background:var(--review-pale)}.state.review::before{content:"? "}
.state.not_measurable{color:var(--soft)}.state.not_measurable::before{content:"– "}
details{background:var(--sheet);border:1px solid var(--line);border-radius:4px;margin:.4rem 0;padding:.45rem .9rem}
summary{cursor:pointer}summary:focus-visible,label:focus-within{outline:3px solid var(--accent);outline-offset:2px}
.cause ol{margin:.5rem 0;padding-left:3.2rem}.cause li{margin:.15rem 0;overflow-wrap:anywhere}
.wide{overflow-x:auto}table{border-collapse:collapse;background:var(--sheet);font-size:.9rem}
th,td{border:1px solid var(--line);padding:.2rem .7rem;text-align:left;vertical-align:top}th{background:var(--paper)}
td.n,th.n{text-align:right;white-space:nowrap}td:first-child{overflow-wrap:anywhere}
figure{margin:1rem 0}figcaption{font-weight:600}.chart{width:100%;max-width:760px;height:auto}
.chart-and-values{display:flex;flex-wrap:wrap;gap:1rem;align-items:flex-start}
.chart-and-values svg{flex:1 1 34rem}.values{flex:0 1 auto;max-height:26rem;overflow:auto;font-size:.9em;margin:.4rem 0}.chart text{font-family:inherit}
.sights{display:grid;grid-template-columns:repeat(auto-fill,minmax(17rem,1fr));gap:1rem}
.sights figure{margin:0;background:var(--sheet);border:1px solid var(--line);border-radius:4px;padding:.6rem}
.sights svg{width:100%;height:22rem;background:#8884}.sights figcaption{font-weight:400;font-size:.875rem}
.sights ul{margin:.3rem 0;padding-left:1.2rem}
#english{position:absolute;right:1.2rem;top:1.15rem;opacity:0}
label[for=english]{position:absolute;right:1.5rem;top:1rem;border:1px solid var(--line);border-radius:4px;
padding:.15rem .8rem;background:var(--sheet);cursor:pointer}
#english:focus-visible+label{outline:3px solid var(--accent);outline-offset:2px}
.en{display:none}#english:checked~main .zh,#english:checked+label .zh{display:none}
#english:checked~main .en,#english:checked+label .en{display:revert}
@media print{:root{color-scheme:light;--paper:#fff;--sheet:#fff;--ink:#000;--soft:#444;--line:#999;--fail:#000;--fail-pale:#fff;
--review:#000;--review-pale:#fff;--pass:#000;--pass-pale:#fff;--plain:#999}
label[for=english]{display:none}.values{max-height:none}main{max-width:none;padding:0}body{font-size:11pt}
h2{break-after:avoid}figure,tr{break-inside:avoid}@page{size:A4;margin:15mm}}
"""
