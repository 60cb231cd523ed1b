/** The window's first script: puts the app into the page. */
import './ui/no-eval.ts'
import { mount } from 'svelte'
import App from './App.svelte'
import './ui/theme.css'

mount(App, { target: document.body })
