#include "common/html_page.h"

#include "common/markup.h"

namespace sotto {
namespace {

constexpr const char* kStyle = R"(
:root{--paper:#f6f6f3;--card:#fff;--ink:#1d2127;--soft:#626a75;--line:#e3e3de;--grid:#ebebe7;
--good:#00795a;--bad:#b3430a;--bad-back:#fde9dc;--gone-back:#e8eef9;--gone:#2f5fa8;
--c0:#0072b2;--c1:#d55e00;--c2:#00855f;--c3:#a3558e;--c4:#4b4f55;--c5:#a17400;--c6:#3f8fc0}
@media(prefers-color-scheme:dark){:root{--paper:#131519;--card:#1b1e24;--ink:#e4e6ea;--soft:#9aa3af;
--line:#2c3038;--grid:#272b32;--good:#43cf9f;--bad:#ff9d66;--bad-back:#452a1b;--gone-back:#22304a;
--gone:#8db6f5;--c0:#56b4e9;--c1:#ff914d;--c2:#35c796;--c3:#df93cb;--c4:#c3c7cd;--c5:#e6b93c;
--c6:#9bd3f5}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans",
"Noto Sans CJK SC",sans-serif;max-width:1180px;margin:0 auto;padding:2.5rem 1.25rem 4rem;
color:var(--ink);background:var(--paper)}
h1{font-size:2rem;line-height:1.2;letter-spacing:-.02em;margin:0 0 .35rem;overflow-wrap:anywhere}
h2{font-size:1.2rem;letter-spacing:-.01em;margin:0 0 .9rem}
h3{font-size:.95rem;font-weight:600;margin:0 0 .5rem}
p{margin:.4rem 0 .8rem}
.soft,figcaption small{color:var(--soft)}
.lead{color:var(--soft);max-width:62rem}
section{background:var(--card);border:1px solid var(--line);border-radius:12px;
padding:1.3rem 1.5rem 1.4rem;margin:1.4rem 0}
.row{display:grid;gap:1.4rem 2rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr))}
.facts{display:grid;gap:.9rem 1.6rem;grid-template-columns:repeat(auto-fill,minmax(8.5rem,1fr));
margin:1.5rem 0 .4rem;padding:0}
.facts dt{color:var(--soft);font-size:.82rem;margin:0}
.facts dd{margin:0;font-size:1.35rem;font-weight:600;letter-spacing:-.01em;
font-variant-numeric:tabular-nums;line-height:1.3}
.facts dd small{font-size:.8rem;font-weight:400;color:var(--soft);letter-spacing:0;display:block}
.state{display:inline-block;border-radius:99px;padding:.1rem .7rem;font-size:.85rem;font-weight:600;
border:1px solid currentColor;vertical-align:.2em;margin-left:.4rem}
.running{color:var(--c0)}.finished{color:var(--good)}.stopped{color:var(--bad)}
.bar{height:6px;border-radius:3px;background:var(--line);overflow:hidden;margin:1rem 0 0}
.bar i{display:block;height:100%;background:var(--c0);border-radius:3px}
figure{margin:0;min-width:0}figcaption{font-weight:600;font-size:.95rem;margin:0 0 .3rem}
figcaption small{font-weight:400;margin-left:.4rem}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1rem;font-size:.88rem;margin:.2rem 0 .6rem;padding:0;
list-style:none}.legend i{display:inline-block;width:1.1em;height:3px;border-radius:2px;
vertical-align:.25em;margin-right:.4em}
.wide{overflow-x:auto}
table{border-collapse:collapse;font-size:.92rem;font-variant-numeric:tabular-nums}
td,th{padding:.32rem 1.1rem .32rem 0;text-align:left;vertical-align:top}
th{font-weight:600;color:var(--soft);border-bottom:1px solid var(--line);white-space:nowrap}
tr+tr td{border-top:1px solid var(--grid)}
td.n,th.n{text-align:right;white-space:nowrap}
.best{font-weight:700}td.best{color:var(--good)}
code,pre,.mono{font-family:ui-monospace,"SFMono-Regular",Menlo,Consolas,"DejaVu Sans Mono",monospace;
font-size:.85em}
pre{background:var(--paper);border-radius:8px;padding:.9rem 1rem;overflow:auto;margin:.6rem 0 0;
line-height:1.45}
details summary{cursor:pointer;color:var(--soft)}
.texts{display:grid;gap:1rem 2rem;margin:.7rem 0 1.2rem;
grid-template-columns:repeat(auto-fill,minmax(min(100%,320px),1fr))}.text{min-width:0}
.text header{display:flex;flex-wrap:wrap;gap:0 .8rem;align-items:baseline;font-size:.85rem;
color:var(--soft)}
.text header b{color:var(--ink);overflow-wrap:anywhere}
.pairs{overflow-x:auto;padding:.15rem 0 .1rem}
.pairs table{font-size:1rem}.pairs td{border:0;padding:.05rem .55rem .05rem 0;white-space:nowrap}
.pairs td:first-child{color:var(--soft);font-size:.8rem;vertical-align:middle}
.w{border-radius:5px;padding:.05rem .3rem;margin:0 -.3rem;white-space:nowrap}
.sub{background:var(--bad-back);color:var(--bad);font-weight:600}
.ins{background:var(--bad-back);color:var(--bad);font-weight:600;font-style:italic}
.del{background:var(--gone-back);color:var(--gone);text-decoration:line-through}
.none{color:var(--soft)}
svg{display:block;max-width:100%}svg.plot{width:100%;height:auto}
svg text{font-family:inherit;fill:var(--ink)}svg .ink,svg .ink text,svg text.ink{fill:var(--soft)}
svg .paper{fill:none}svg .grid{stroke:var(--grid)}svg .border{stroke:var(--soft)}
svg .best text{paint-order:stroke;stroke:var(--card);stroke-width:4px;stroke-linejoin:round}
.c0{--c:var(--c0)}.c1{--c:var(--c1)}.c2{--c:var(--c2)}.c3{--c:var(--c3)}.c4{--c:var(--c4)}
.c5{--c:var(--c5)}.c6{--c:var(--c6)}
svg polyline[class^=c]{stroke:var(--c)}svg circle[class^=c],svg text[class^=c],svg rect[class^=c],
svg path[class^=c],svg .best text{fill:var(--c)}svg .best circle{stroke:var(--c)}
i[class^=c]{background:var(--c)}
img{max-width:100%}
.sheet svg{width:100%;min-width:560px;height:auto}
.sheet image,.pixels{image-rendering:pixelated}
footer{color:var(--soft);font-size:.85rem;margin-top:2rem}
@media(max-width:600px){body{padding:1.4rem .8rem 3rem;font-size:15px}h1{font-size:1.5rem}
section{padding:1rem .9rem;border-radius:10px}}
@media print{:root{--paper:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#ccc;--grid:#e2e2e2;
--c0:#0072b2;--c1:#d55e00;--c2:#00855f;--c3:#a3558e;--c4:#4b4f55;--c5:#a17400;--c6:#3f8fc0}
body{font-size:11px;padding:0;max-width:none}section{border:0;padding:0;margin:1.6em 0}
figure,.text,tr{break-inside:avoid}.row{grid-template-columns:1fr 1fr}
h2{break-after:avoid}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
)";

}  // namespace

std::string html_page(const std::string& title, const std::string& body) {
  return "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
         "<meta name=\"color-scheme\" content=\"light dark\">\n<title>" +
         escape_markup(title) + "</title>\n<style>" + kStyle + "</style>\n<body>\n" + body +
         "</body>\n</html>\n";
}

}  // namespace sotto
