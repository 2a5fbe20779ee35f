// In the demo page: tells where it came from how soon it was painted, and how soon it was connected,
// in milliseconds since it was asked for. It goes there, since the page's policy lets it ask nobody.

const painted = new Promise((resolve) => {
    const observer = new PerformanceObserver((entries) => {
        const [paint] = entries.getEntriesByName("first-contentful-paint");
        if (paint) resolve(paint.startTime);
    });
    observer.observe({ type: "paint", buffered: true });
});

const connected = new Promise((resolve) => {
    const state = document.getElementById("state");
    const look = () => {
        if (state.textContent.endsWith("OPEN")) resolve(performance.now());
    };
    new MutationObserver(look).observe(state, { childList: true, characterData: true, subtree: true });
    look();
});

const load = new URLSearchParams({
    painted: (await painted).toFixed(1),
    connected: (await connected).toFixed(1),
});
location.replace(`${document.referrer}loaded?${load}`);
