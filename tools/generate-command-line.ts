// Writes docs/command-line.md: `npm run docs:command-line`.

import { writeFileSync } from 'node:fs'
import { commandLineMarkdown } from './command-line-document.ts'

writeFileSync(new URL('../docs/command-line.md', import.meta.url), await commandLineMarkdown())
