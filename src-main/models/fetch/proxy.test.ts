/** Which proxy, from the environment and from Chromium's word. */
import { describe, expect, it } from 'vitest'
import { environmentProxy, proxyOfRules } from './proxy.ts'

const plain = 'http://weights.example.org/a.pth'
const encrypted = 'https://weights.example.org/a.pth'
const chosen = async (address: string, environment: Record<string, string>) =>
  (await environmentProxy(environment)(new URL(address)))?.href ?? null

describe('the environment', () => {
  it.each([
    [plain, {}, null],
    [plain, { HTTP_PROXY: 'http://proxy:3128' }, 'http://proxy:3128/'],
    [encrypted, { HTTP_PROXY: 'http://proxy:3128' }, null],
    [encrypted, { HTTPS_PROXY: 'http://proxy:3128' }, 'http://proxy:3128/'],
    [plain, { http_proxy: 'small:1', HTTP_PROXY: 'large:1' }, 'http://small:1/'],
    [plain, { HTTP_PROXY: '' }, null],
    [plain, { HTTP_PROXY: 'http://jane:pass@proxy' }, 'http://jane:pass@proxy/'],
  ])('%s with %j: %s', async (address, environment, expected) => {
    expect(await chosen(address, environment)).toBe(expected)
  })

  it.each([
    ['*', true],
    ['example.org', true],
    ['.example.org', true],
    ['*.example.org', true],
    ['localhost, weights.EXAMPLE.org', true],
    ['localhost weights.example.org:80', true],
    ['weights.example.org:8080', false],
    ['ample.org', false],
    ['example.com', false],
    ['', false],
    [',', false],
  ])('NO_PROXY=%j', async (list, excepted) => {
    expect(await chosen(plain, { HTTP_PROXY: 'proxy:1', NO_PROXY: list })).toBe(
      excepted ? null : 'http://proxy:1/',
    )
  })

  it.each(['socks5://proxy:1080', 'http://', '::'])('refuses %s', async (proxy) => {
    await expect(chosen(plain, { HTTP_PROXY: proxy })).rejects.toMatchObject({ code: 'proxy-failed' })
  })
})

describe('what Chromium says', () => {
  it.each([
    ['DIRECT', null],
    ['', null],
    ['PROXY proxy:3128', 'http://proxy:3128/'],
    ['HTTPS proxy:3129', 'https://proxy:3129/'],
    ['SOCKS5 socks:1080; PROXY proxy:3128; DIRECT', 'http://proxy:3128/'],
    ['SOCKS socks:1080;DIRECT', null],
    ['PROXY [::1]:3128', 'http://[::1]:3128/'],
  ])('%j: %s', (rules, expected) => expect(proxyOfRules(rules)?.href ?? null).toBe(expected))

  it('knows no SOCKS', () => {
    expect(() => proxyOfRules('SOCKS5 socks:1080')).toThrow(/proxy-failed/)
  })
})
