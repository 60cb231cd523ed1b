/** The system's proxy, as Chromium knows it: settings of the desktop, a PAC file, the environment. */
import type { Session } from 'electron'
import { proxyOfRules, type ProxyFor } from '../models/fetch/proxy.ts'

export const systemProxy =
  (session: Session): ProxyFor =>
  async (address) =>
    proxyOfRules(await session.resolveProxy(address.href))
