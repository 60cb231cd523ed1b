import { describe, expect, it } from 'vitest'
import { terminalCommand } from './command-line.ts'
import { solsticeCommand } from './program.ts'

describe('terminalCommand', () => {
  it('knows every command of the terminal, and help', () => {
    const names = solsticeCommand(async () => undefined).commands.map((command) => command.name())
    expect(names.length).toBeGreaterThan(5)
    for (const name of [...names, 'help', '--help', '--version']) {
      expect(terminalCommand([name]), name).toEqual({ switches: [], words: [name] })
    }
  })

  it('keeps the switches before a command apart from those that are its own', () => {
    expect(terminalCommand(['--no-sandbox', '--', 'convert', 'a.jpg', '--no-embed', '--', '-b.jpg'])).toEqual(
      {
        switches: ['--no-sandbox'],
        words: ['convert', 'a.jpg', '--no-embed', '--', '-b.jpg'],
      },
    )
  })

  it.each([[[]], [['--no-sandbox']], [['photo.jpg', 'convert']], [['./convert']], [['/photos/convert']]])(
    'leaves %j to the window',
    (args) => {
      expect(terminalCommand(args)).toBeNull()
    },
  )
})
