/** The table of a Markdown file, as rows by column. */

/**
 * The rows of the first table; links and code become their plain text.
 * @param {string} text
 * @returns {Record<string, string>[]}
 */
export function markdownRows(text) {
  const lines = text.split('\n').map((line) => line.trim())
  const first = lines.findIndex((line) => line.startsWith('|'))
  const rest = first < 0 ? [] : lines.slice(first)
  const end = rest.findIndex((line) => !line.startsWith('|'))
  const [head = [], , ...rows] = rest.slice(0, end < 0 ? undefined : end).map(cells)
  return rows.map((row) => Object.fromEntries(head.map((name, index) => [name, row[index] ?? ''])))
}

/** @param {string} line */
function cells(line) {
  return line
    .slice(1, line.endsWith('|') ? -1 : undefined)
    .split('|')
    .map((cell) =>
      cell
        .trim()
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .replaceAll('`', ''),
    )
}
