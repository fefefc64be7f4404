import "./styles.css"
import { mount } from "svelte"
import App from "./App.svelte"
import { startIdentity } from "./identity.svelte.js"
import { startRouter } from "./router.svelte.js"
import { watchStatus } from "./status.svelte.js"
import { startTexts } from "./texts/loaded.svelte.js"

startRouter()
void startIdentity().then(watchStatus)
const target = document.getElementById("app")
void startTexts().then(() => target && mount(App, { target }))
