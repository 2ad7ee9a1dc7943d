/** One self-contained HTML page: no script, no outside reference, everything from the document escaped. */
import { escapeMarkup } from './svg.ts'

export type Section =
  | { readonly kind: 'text'; readonly heading: string; readonly text: string }
  | {
      readonly kind: 'table'
      readonly heading: string
      readonly columns: readonly string[]
      readonly rows: readonly (readonly string[])[]
    }
  /** `svg` is markup from this folder's drawings. */
  | {
      readonly kind: 'figure'
      readonly heading: string
      readonly name: string
      readonly svg: string
      readonly caption: string
    }
  /** Pages of the same folder; `href` is a relative path of ours. */
  | {
      readonly kind: 'links'
      readonly heading: string
      readonly items: readonly { readonly href: string; readonly title: string; readonly text: string }[]
    }

export interface Report {
  readonly title: string
  /** One sentence: the answer. */
  readonly summary: string
  /** Small facts, e.g. ['status', 'optimal']. */
  readonly facts: readonly (readonly [string, string])[]
  readonly sections: readonly Section[]
}

const STYLE = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1040px; padding: 24px 20px 60px; font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; color: #1f2933; background: #f5f7fa; }
h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 18px; margin: 0 0 10px; }
.summary { font-size: 17px; margin: 0 0 16px; }
dl { display: flex; flex-wrap: wrap; gap: 8px; margin: 0 0 20px; padding: 0; }
dl div { background: #fff; border: 1px solid #e4e7eb; border-radius: 6px; padding: 6px 12px; }
dt { font-size: 12px; color: #616e7c; } dd { margin: 0; font-weight: 600; }
section { background: #fff; border: 1px solid #e4e7eb; border-radius: 8px; padding: 18px; margin: 0 0 18px; overflow-x: auto; }
svg { max-width: 100%; height: auto; } figure { margin: 0; } figcaption { color: #616e7c; font-size: 13px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; } th, td { padding: 4px 14px 4px 0; text-align: left; border-bottom: 1px solid #e4e7eb; vertical-align: top; }
th { font-size: 12px; color: #616e7c; } td.number { text-align: right; } li { margin: 0 0 10px; } a { color: #0072b2; font-weight: 600; } p { white-space: pre-line; margin: 0; }
footer { color: #616e7c; font-size: 12px; }
`

export function renderHtml(report: Report): string {
  const facts = report.facts
    .map(([name, value]) => `<div><dt>${escapeMarkup(name)}</dt><dd>${escapeMarkup(value)}</dd></div>`)
    .join('')
  const sections = report.sections.map(renderSection).join('\n')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeMarkup(report.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeMarkup(report.title)}</h1>
<p class="summary">${escapeMarkup(report.summary)}</p>
<dl>${facts}</dl>
${sections}
<footer>Foreplan report.</footer>
</body>
</html>
`
}

function renderSection(section: Section): string {
  const heading = section.heading === '' ? '' : `<h2>${escapeMarkup(section.heading)}</h2>`
  switch (section.kind) {
    case 'text':
      // Line breaks matter here, so they survive the escaping of control characters.
      return `<section>${heading}<p>${section.text.split('\n').map(escapeMarkup).join('\n')}</p></section>`
    case 'table': {
      const head = section.columns.map((column) => `<th>${escapeMarkup(column)}</th>`).join('')
      const rows = section.rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('\n')
      return `<section>${heading}<table><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></section>`
    }
    case 'links': {
      const items = section.items
        .map(({ href, title, text }) => {
          const link = `<a href="${escapeMarkup(href)}">${escapeMarkup(title)}</a>`
          return `<li>${link}<br>${escapeMarkup(text)}</li>`
        })
        .join('\n')
      return `<section>${heading}<ul>${items}</ul></section>`
    }
    case 'figure':
      return `<section>${heading}<figure>${section.svg}<figcaption>${escapeMarkup(section.caption)}</figcaption></figure></section>`
  }
}

function cell(text: string): string {
  const numeric = /^[+-]?[\d.,\s]+(%|[^\d\s]{0,4})?$/.test(text)
  return `<td${numeric ? ' class="number"' : ''}>${escapeMarkup(text)}</td>`
}
