// Writes docs/configuration.md: `npm run docs:configuration`.

import { writeFileSync } from 'node:fs'
import { configurationMarkdown } from './configuration-table.ts'

writeFileSync(new URL('../docs/configuration.md', import.meta.url), configurationMarkdown())
