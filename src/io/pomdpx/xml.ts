/** The little XML that POMDPX needs: elements, attributes, text, comments; no entities beyond the five, no DTD. */

export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: XmlElement[]
  text: string
  readonly line: number
  readonly column: number
}

export class XmlFault extends Error {
  readonly line: number
  readonly column: number

  constructor(message: string, line: number, column: number) {
    super(message)
    this.line = line
    this.column = column
  }
}

const MAX_DEPTH = 100

/** Root element of a text. @throws XmlFault */
export function parseXml(text: string): XmlElement {
  const pattern =
    /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[[\s\S]*?\]\]>|<(\/?)([A-Za-z_][\w.:-]*)([^<>]*?)(\/?)>|[^<]+|</g
  const stack: XmlElement[] = []
  let root: XmlElement | null = null
  let line = 1
  let lineStart = 0
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const column = match.index - lineStart + 1
    const [whole, closing, name, attributeText, selfClosing] = match
    const parent = stack[stack.length - 1]
    if (name === undefined) {
      if (whole === '<') throw new XmlFault('a "<" starts no tag', line, column)
      if (!whole.startsWith('<') && parent !== undefined) parent.text += whole
    } else if (closing === '/') {
      if (parent?.name !== name) throw new XmlFault(`</${name}> closes nothing`, line, column)
      stack.pop()
    } else {
      const attributes: Record<string, string> = {}
      for (const found of (attributeText ?? '').matchAll(/([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
        attributes[found[1]!] = found[2] ?? found[3] ?? ''
      }
      const element: XmlElement = { name, attributes, children: [], text: '', line, column }
      if (parent !== undefined) parent.children.push(element)
      else if (root === null) root = element
      else throw new XmlFault('there is more than one root element', line, column)
      if (selfClosing !== '/') stack.push(element)
      if (stack.length > MAX_DEPTH) throw new XmlFault(`elements are nested deeper than ${MAX_DEPTH}`, line, column)
    }
    for (let k = 0; k < whole.length; k++) {
      if (whole.charCodeAt(k) !== 10) continue
      line++
      lineStart = match.index + k + 1
    }
  }
  const open = stack[stack.length - 1]
  if (open !== undefined) throw new XmlFault(`<${open.name}> is never closed`, open.line, open.column)
  if (root === null) throw new XmlFault('there is no element', 1, 1)
  return root
}
