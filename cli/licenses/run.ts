import { license, version } from '../../package.json' with { type: 'json' }
import { print, printJson } from '../lib/output.ts'
import gpl from './GPL-2.0.txt' with { type: 'file' }
import { packedPackages } from './packed.ts'

const notice = `douyin ${version} is free software under ${license}: you can redistribute it and/or modify it
under the terms of the GNU General Public License as published by the Free Software Foundation;
either version 2 of the License, or (at your option) any later version. It comes WITHOUT ANY
WARRANTY, without even the implied warranty of merchantability or fitness for a particular purpose.`

/** `douyin licenses`. */
export async function printLicenses(options: { json?: true }): Promise<void> {
  const text = await Bun.file(gpl).text()
  const packages = await packedPackages()
  if (options.json) return printJson([{ name: 'douyin', version, license, text }, ...packages])
  print(notice)
  print('\nIt contains these packages, whose licenses follow below the one of douyin:\n')
  for (const one of packages) print(`  ${one.name} ${one.version}  ${one.license}`)
  print(heading('douyin', version, license))
  print(text.trimEnd())
  for (const one of packages) {
    print(heading(one.name, one.version, one.license))
    print(one.text)
  }
}

const heading = (...words: string[]) => `\n${'='.repeat(80)}\n${words.join('  ')}\n`
