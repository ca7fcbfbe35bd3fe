(client, id) => {
  const stranded = document.getElementById(id);
  stranded.querySelector("button").addEventListener("click", () => location.reload());
  import(`${client}/confab.js`)
    .then((module) => module.default({ module_or_path: `${client}/confab.wasm` }).then(() => module.hydrate()))
    .catch((error) => {
      stranded.hidden = false;
      throw error;
    });
}
