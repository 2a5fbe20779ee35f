// Starts the page, which is WebAssembly.
try {
  const { default: init } = await import('./page.js');
  await init();
} catch (error) {
  document.getElementById('state').textContent = 'Not started';
  document.getElementById('failure').textContent =
    `This page could not be started: ${error?.message ?? error}`;
  console.error(error);
}
