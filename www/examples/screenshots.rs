//! Takes pictures of the page, narrow and wide, light and dark, in use.
//!
//! `cargo run -p wasm-websocket-demo --example screenshots -- FOLDER [WIDTH...]`; the page must be
//! built, and `CHROMEDRIVER` or `GECKODRIVER` says which browser to take.

#[cfg(not(target_arch = "wasm32"))]
#[path = "../tests/support/mod.rs"]
mod support;

#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
#[tokio::main]
async fn main() {
    native::run().await;
}

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use std::{
        env,
        f64::consts::TAU,
        fs,
        path::{Path, PathBuf},
        time::Duration,
    };

    use base64::{prelude::BASE64_STANDARD, Engine};
    use thirtyfour::{
        bidi::modules::browsing_context::{CaptureScreenshot, ScreenshotOrigin},
        By,
    };

    use super::support::{end_browsers, serve_page, wait_for, Browser, Scheme, Session};

    /// Of the viewport, to have all of the page in it.
    const HEIGHT: u32 = 2400;

    pub(super) async fn run() {
        let mut arguments = env::args_os().skip(1);
        let folder = PathBuf::from(
            arguments
                .next()
                .expect("usage: screenshots FOLDER [WIDTH...]"),
        );
        let mut widths: Vec<u32> = arguments
            .map(|width| {
                width
                    .to_str()
                    .and_then(|width| width.parse().ok())
                    .expect("a width")
            })
            .collect();
        if widths.is_empty() {
            widths = vec![390, 1280];
        }
        fs::create_dir_all(&folder).expect("the folder can be made");
        let firefox = env::var_os("GECKODRIVER").is_some() && env::var_os("CHROMEDRIVER").is_none();
        let browser = if firefox {
            Browser::Firefox
        } else {
            Browser::Chrome
        };
        let mut server = serve_page(0).await;
        let port = server.local_addr().port();
        for (scheme, name) in [(Scheme::Light, "light"), (Scheme::Dark, "dark")] {
            let session = Session::start(browser, scheme).await;
            for width in &widths {
                let picture = take(&session, &server.url(), *width).await;
                save(&folder, &format!("{width}-{name}.png"), &picture);
                let picture = take_traffic(&session, *width).await;
                save(&folder, &format!("{width}-{name}-traffic.png"), &picture);

                server.stop().await;
                for (name, picture) in take_without_server(&session, *width, name).await {
                    save(&folder, &name, &picture);
                }
                server = serve_page(port).await;
            }
            session.leave().await;
        }
        end_browsers().await;
        server.stop().await;
    }

    fn save(folder: &Path, name: &str, picture: &[u8]) {
        let file = folder.join(name);
        fs::write(&file, picture).expect("the picture can be written");
        println!("{}", file.display());
    }

    /// The traffic of what was done before, and back again.
    async fn take_traffic(session: &Session, width: u32) -> Vec<u8> {
        session
            .evaluate("location.hash = '#/traffic'", vec![])
            .await;
        shown(session, "traffic-verdict", "✓").await;
        shown(session, "traffic-rows", "PNG").await;
        let open = "[...document.querySelectorAll('#traffic-rows .row')].at(-1).click()";
        session.evaluate(open, vec![]).await;
        shown(session, "traffic-content", "PNG").await;
        let picture = capture(session, width).await;
        session.evaluate("location.hash = ''", vec![]).await;
        picture
    }

    async fn take(session: &Session, url: &str, width: u32) -> Vec<u8> {
        session.set_viewport(width, HEIGHT, 2.0).await;
        session.driver.goto(url).await.expect("the page loads");
        shown(session, "state", "OPEN").await;

        let text = session
            .driver
            .find(By::Id("text"))
            .await
            .expect("the text field");
        text.clear().await.expect("an empty field");
        text.send_keys("Grüezi from Rust\u{e007}")
            .await
            .expect("a field to type in");
        shown(session, "response", "Grüezi").await;

        for (colour, width, points) in sketch() {
            draw(session, colour, width, &points).await;
        }
        session
            .evaluate("document.getElementById('picture-send').click()", vec![])
            .await;
        shown(session, "picture-time", "m").await;
        let pixels =
            "const [a, b] = ['source', 'destination'].map(id => document.getElementById(id));
            return a.width === b.width && a.height === b.height";
        wait_for(
            "the picture",
            || async {
                session
                    .evaluate(pixels, vec![])
                    .await
                    .as_bool()
                    .filter(|&same| same)
            },
            || async { "none".to_owned() },
        )
        .await;
        capture(session, width).await
    }

    /// While it waits for the server, and when it has given up with messages that wait.
    async fn take_without_server(
        session: &Session,
        width: u32,
        scheme: &str,
    ) -> [(String, Vec<u8>); 2] {
        let send = "document.getElementById('text-send').click();
            document.getElementById('picture-send').click()";
        shown(session, "cause", "1006").await;
        session.evaluate(send, vec![]).await;
        shown(session, "picture-time", "waits").await;
        shown(session, "countdown", "Next try").await;
        let waiting = capture(session, width).await;
        let close = "document.getElementById('close').click()";
        session.evaluate(close, vec![]).await;
        shown(session, "given-back", "2 messages").await;
        let given_back = capture(session, width).await;
        [
            (format!("{width}-{scheme}-waiting.png"), waiting),
            (format!("{width}-{scheme}-given-back.png"), given_back),
        ]
    }

    /// All of the page, as it is.
    async fn capture(session: &Session, width: u32) -> Vec<u8> {
        session
            .evaluate("document.activeElement.blur(); scrollTo(0, 0)", vec![])
            .await;
        let height = session
            .evaluate(
                "return Math.ceil(document.body.getBoundingClientRect().height)",
                vec![],
            )
            .await;
        let height = height
            .as_u64()
            .and_then(|height| u32::try_from(height).ok());
        session
            .set_viewport(width, height.unwrap_or(HEIGHT), 2.0)
            .await;
        let shot = CaptureScreenshot {
            context: session.tab.clone(),
            origin: Some(ScreenshotOrigin::Viewport),
            format: None,
        };
        let shot = session.bidi.send(shot).await.expect("a screenshot");
        BASE64_STANDARD
            .decode(shot.data)
            .expect("the screenshot is base64")
    }

    async fn shown(session: &Session, id: &str, words: &str) {
        let text = || async {
            let script = "return document.getElementById(arguments[0]).textContent";
            let text = session.evaluate(script, vec![id.into()]).await;
            text.as_str().unwrap_or_default().to_owned()
        };
        wait_for(
            words,
            || async { text().await.contains(words).then_some(()) },
            text,
        )
        .await;
    }

    async fn draw(session: &Session, colour: &str, width: u32, points: &[(f64, f64)]) {
        let script = "document.querySelector(`[name=colour][value='${arguments[0]}']`).click();
            document.getElementById('line-width').value = arguments[1];
            document.getElementById('line-width').dispatchEvent(new Event('input'));
            const area = document.getElementById('source').getBoundingClientRect();
            return [area.left, area.top, area.width]";
        let area = session
            .evaluate(script, vec![colour.into(), width.into()])
            .await;
        let [left, top, unit] = [0, 1, 2].map(|index| area[index].as_f64().unwrap_or_default());
        let place = |&(x, y): &(f64, f64)| {
            (
                (left + x * unit).round() as i64,
                (top + y * unit).round() as i64,
            )
        };
        let mut actions = session
            .driver
            .action_chain_with_delay(None, Some(Duration::ZERO));
        let mut places = points.iter().map(place);
        if let Some((x, y)) = places.next() {
            actions = actions.move_to(x, y).click_and_hold();
        }
        for (x, y) in places {
            actions = actions.move_to(x, y);
        }
        actions
            .release()
            .perform()
            .await
            .expect("the pen can be moved");
    }

    type Line = (&'static str, u32, Vec<(f64, f64)>);

    /// A boat at sea: colours, widths, and points in parts of the paper's width.
    fn sketch() -> Vec<Line> {
        let arc = |(x, y): (f64, f64), radius: f64, from: f64, to: f64| {
            (0..=16)
                .map(|step| {
                    let angle = TAU * (from + (to - from) * f64::from(step) / 16.0);
                    (x + radius * angle.cos(), y + radius * angle.sin())
                })
                .collect::<Vec<_>>()
        };
        let wave = |left: f64, right: f64, y: f64, waves: f64| {
            (0..=40)
                .map(|step| {
                    let part = f64::from(step) / 40.0;
                    (
                        left + (right - left) * part,
                        y + 0.012 * (TAU * waves * part).sin(),
                    )
                })
                .collect::<Vec<_>>()
        };
        let mut lines: Vec<Line> = Vec::new();
        // The sun and its rays.
        let sun = (0.8, 0.17);
        for ring in 0..=4 {
            lines.push((
                "#e8930c",
                7,
                arc(sun, 0.004 + 0.015 * f64::from(ring), 0.0, 1.0),
            ));
        }
        for ray in 0..10 {
            let angle = TAU * f64::from(ray) / 10.0;
            let at = |radius: f64| (sun.0 + radius * angle.cos(), sun.1 + radius * angle.sin());
            lines.push(("#e8930c", 4, vec![at(0.095), at(0.125)]));
        }
        // An island far away.
        lines.push((
            "#1f8a4c",
            5,
            vec![
                (0.04, 0.49),
                (0.1, 0.43),
                (0.15, 0.41),
                (0.2, 0.44),
                (0.24, 0.42),
                (0.3, 0.46),
                (0.35, 0.49),
            ],
        ));
        // The sails, the mast and the hull.
        for step in 0..9 {
            let y = 0.2 + 0.032 * f64::from(step);
            lines.push((
                "#d6352b",
                6,
                vec![(0.51, y), (0.53 + 0.9 * (y - 0.19), y + 0.012)],
            ));
        }
        for step in 0..6 {
            let y = 0.28 + 0.034 * f64::from(step);
            lines.push((
                "#e8930c",
                5,
                vec![(0.47, y), (0.455 - 0.55 * (y - 0.26), y + 0.01)],
            ));
        }
        lines.push(("#1f2a3d", 5, vec![(0.49, 0.14), (0.49, 0.33), (0.49, 0.5)]));
        lines.push((
            "#1f2a3d",
            6,
            vec![
                (0.3, 0.52),
                (0.34, 0.57),
                (0.38, 0.6),
                (0.5, 0.605),
                (0.64, 0.6),
                (0.7, 0.57),
                (0.75, 0.51),
                (0.6, 0.525),
                (0.45, 0.53),
                (0.3, 0.52),
            ],
        ));
        // Birds.
        for (x, y) in [(0.16, 0.16), (0.25, 0.1), (0.31, 0.19)] {
            lines.push((
                "#1f2a3d",
                3,
                vec![
                    (x - 0.035, y - 0.012),
                    (x - 0.018, y - 0.02),
                    (x, y),
                    (x + 0.018, y - 0.02),
                    (x + 0.035, y - 0.012),
                ],
            ));
        }
        // The sea.
        for (left, right, y, waves) in [
            (0.03, 0.97, 0.64, 8.0),
            (0.07, 0.62, 0.68, 5.0),
            (0.68, 0.94, 0.68, 2.5),
            (0.14, 0.86, 0.715, 6.5),
        ] {
            lines.push(("#2563d9", 5, wave(left, right, y, waves)));
        }
        lines
    }
}
