// Markdown files as tests look at them: which there are, their links, headings and fenced blocks.

import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const projectFolder = fileURLToPath(new URL('../../', import.meta.url))

/** Every markdown file of the project, relative to its folder. */
export function markdownFiles(): readonly string[] {
  const foreign = (name: string) => ['node_modules', 'coverage'].includes(name) || /^\.[^.]/.test(name)
  return globSync('**/*.md', { cwd: projectFolder, exclude: foreign }).sort()
}

export function readText(file: string): string {
  return readFileSync(`${projectFolder}${file}`, 'utf8')
}

export interface FencedBlock {
  readonly language: string
  readonly text: string
  /** The last heading above it, without the marks. */
  readonly heading: string
  /** What a comment `<!-- example: … -->` right above says. */
  readonly example: string | undefined
}

/** The blocks between ``` and ```, in order. */
export function fencedBlocks(markdown: string): readonly FencedBlock[] {
  const blocks = markdown.matchAll(/(?:<!-- example: (.*?) -->\n+)?^```(\w*)\n([\s\S]*?)^```$/gm)
  return [...blocks].map((match) => ({
    language: match[2] ?? '',
    text: match[3] ?? '',
    heading: headings(withoutBlocks(markdown.slice(0, match.index))).at(-1) ?? '',
    example: match[1],
  }))
}

/** The same text without fenced blocks, in which # and brackets mean something else. */
export function withoutBlocks(markdown: string): string {
  return markdown.replace(/^```[\s\S]*?^```$/gm, '')
}

/** Headings of any level, without the marks; of text without blocks. */
export function headings(text: string): readonly string[] {
  return [...text.matchAll(/^#{1,6} +(.*?) *$/gm)].map((match) => match[1] ?? '')
}

/** The rows of every table, header and rule left out, as their trimmed cells. */
export function tableRows(markdown: string): readonly (readonly string[])[] {
  const lines = withoutBlocks(markdown).split('\n')
  return lines.flatMap((line, at) => {
    const isRow = line.startsWith('|') && !/^\|[-| :]+$/.test(line)
    const isHeader = /^\|[-| :]+$/.test(lines[at + 1] ?? '')
    return isRow && !isHeader ? [cellsOf(line)] : []
  })
}

function cellsOf(line: string): readonly string[] {
  const cells = line.split(/(?<!\\)\|/).slice(1, -1)
  return cells.map((cell) => cell.trim())
}

/** Where the links and images of a text lead, as they are written. */
export function linkTargets(markdown: string): readonly string[] {
  const text = withoutBlocks(markdown).replace(/`[^`\n]*`/g, '')
  return [...text.matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)/g)].map((match) => match[1] ?? '')
}

/** The anchor that a heading gets, as GitHub makes it. */
export function anchorOf(heading: string): string {
  const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
  return plain.replace(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-')
}
