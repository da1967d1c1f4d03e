import { describe, expect, test } from 'bun:test'
import { isWithin, parseBlocks, plainAddress } from '../../src/lib/net/address.ts'

describe('an address', () => {
  test.each([
    ['1.2.3.4', '1.2.3.4'],
    [' 1.2.3.4:65535 ', '1.2.3.4'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['::FFFF:102:304', '1.2.3.4'],
    ['[::1]:80', '::1'],
    ['[::1]', '::1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::1:80', '::1:80'],
    ['1.2.3', null],
    ['1.2.3.4:', null],
    ['1.2.3.4:http', null],
    ['256.1.1.1', null],
    ['unknown', null],
    ['_hidden', null],
    ['', null],
    ['[1.2.3.4', null],
    ['1.2.3.4, 5.6.7.8', null],
  ])('%p is %p', (text, address) => expect(plainAddress(text)).toBe(address))

  test.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.0.0.1', '10.0.0.1', true],
    ['0.0.0.0/0', '8.8.8.8', true],
    ['fd00::/8', 'fd12::1', true],
    ['fd00::/8', '2001:db8::1', false],
    ['10.0.0.0/8, fd00::/8', 'fd12::1', true],
    ['::1', '::1', true],
    [' 10.0.0.1 , ', '10.0.0.1', true],
  ])('%p has %p: %p', (blocks, address, is) => {
    expect(isWithin(parseBlocks(blocks), address)).toBe(is)
  })
})
