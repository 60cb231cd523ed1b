/**
 * Schemas are checked by plain code here: what zod would make of them by `new Function` the window's content security
 * policy forbids. Imported before any schema is made.
 */
import { config } from 'zod'

config({ jitless: true })
