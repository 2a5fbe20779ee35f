//! Takes pictures of the page, narrow and wide, light and dark, in use.
//!
//! `cargo run -p wasm-websocket-demo --example screenshots -- FOLDER [WIDTH...]`; the page must be
//! built, and `CHROMEDRIVER` or `GECKODRIVER` says which browser to take.

#[cfg(not(target_arch = "wasm32"))]
mod sketch;
#[cfg(not(target_arch = "wasm32"))]
#[path = "../../tests/support/mod.rs"]
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
    use std::{env, fs, path::PathBuf, time::Duration};

    use base64::{prelude::BASE64_STANDARD, Engine};
    use thirtyfour::{
        bidi::modules::browsing_context::{CaptureScreenshot, ScreenshotOrigin},
        By,
    };

    use super::sketch::sketch;
    use super::support::{end_browsers, serve_page, wait_for, Browser, Scheme, Session};

    /// Of the viewport, to have all of the page in it.
    const HEIGHT: u32 = 2400;

    /// So long a flipbook plays.
    const FIGURES: Duration = Duration::from_secs(8);

    /// The colour of the lines that are drawn in a room.
    const INK: &str = "#1f2a3d";

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
                let keep = |what: &str, picture: Vec<u8>| {
                    let file = folder.join(format!("{width}-{name}-{what}.png"));
                    fs::write(&file, picture).expect("the picture can be written");
                    println!("{}", file.display());
                };
                keep("echo", echo(&session, &server.url(), *width).await);
                keep("traffic", traffic(&session, *width).await);
                keep("flipbook", flipbook(&session, *width).await);
                keep("room", room(&session, *width).await);
                open_tab(&session, "echo").await;
                server.stop().await;
                let [waiting, given_back] = without_server(&session, *width).await;
                keep("waiting", waiting);
                keep("given-back", given_back);
                server = serve_page(port).await;
            }
            session.leave().await;
        }
        end_browsers().await;
        server.stop().await;
    }

    async fn open_tab(session: &Session, name: &str) {
        let open = "document.getElementById(`${arguments[0]}-tab`).click()";
        session.evaluate(open, vec![name.into()]).await;
    }

    /// The handshake of the echo's socket, and its messages.
    async fn traffic(session: &Session, width: u32) -> Vec<u8> {
        open_tab(session, "traffic").await;
        let choose = "document.querySelector('#traffic-sockets input').click()";
        shown(session, "traffic-sockets", "/echo").await;
        session.evaluate(choose, vec![]).await;
        shown(session, "traffic-verdict", "match").await;
        capture(session, width).await
    }

    /// While it plays, with figures of some seconds.
    async fn flipbook(session: &Session, width: u32) -> Vec<u8> {
        open_tab(session, "flipbook").await;
        let play = "document.getElementById('flipbook-walker').click();
            document.getElementById('flipbook-play').click()";
        session.evaluate(play, vec![]).await;
        let sentence = || async {
            let script = "return document.getElementById('flipbook-sentence').textContent";
            let text = session.evaluate(script, vec![]).await;
            text.as_str().unwrap_or_default().to_owned()
        };
        wait_for(
            "figures",
            || async { (!sentence().await.is_empty()).then_some(()) },
            sentence,
        )
        .await;
        tokio::time::sleep(FIGURES).await;
        capture(session, width).await
    }

    /// With a drawing, by one person.
    async fn room(session: &Session, width: u32) -> Vec<u8> {
        session.set_viewport(width, HEIGHT, 2.0).await;
        open_tab(session, "room").await;
        shown(session, "room-state", "In the room").await;
        for (_, width, points) in sketch().iter().filter(|(colour, ..)| *colour == INK) {
            draw(session, "room-", None, *width, points).await;
        }
        capture(session, width).await
    }

    /// A text and a picture that came back.
    async fn echo(session: &Session, url: &str, width: u32) -> Vec<u8> {
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
            draw(session, "", Some(colour), width, &points).await;
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
    async fn without_server(session: &Session, width: u32) -> [Vec<u8>; 2] {
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
        [waiting, given_back]
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

    /// Draws a line in the view whose ids begin so.
    async fn draw(
        session: &Session,
        prefix: &str,
        colour: Option<&str>,
        width: u32,
        points: &[(f64, f64)],
    ) {
        let script = "const [prefix, colour, width] = arguments;
            if (colour) document.querySelector(`[name=colour][value='${colour}']`).click();
            const range = document.getElementById(`${prefix}line-width`);
            range.value = width;
            range.dispatchEvent(new Event('input'));
            const area = document.getElementById(`${prefix}source`).getBoundingClientRect();
            return [area.left, area.top, area.width]";
        let area = session
            .evaluate(script, vec![prefix.into(), colour.into(), width.into()])
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
}
