// Starts the page, which is WebAssembly. Until then its first view is shown, if no other is asked for.
if (!['', '#/echo'].includes(location.hash)) {
  for (const id of ['echo-view', 'state-line']) document.getElementById(id).hidden = true;
}
try {
  const { default: init } = await import('./page.js');
  await init();
} catch (error) {
  document.getElementById('state').textContent = 'Not started';
  document.getElementById('failure').textContent =
    `This page could not be started: ${error?.message ?? error}`;
  console.error(error);
}
