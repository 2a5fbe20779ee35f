//! The page in narrow and wide windows, before [axe-core](https://github.com/dequelabs/axe-core), which knows the rules of
//! [WCAG](https://www.w3.org/TR/WCAG22/) that a program can check, and more.

use std::{env, fs, path::PathBuf};

use serde_json::json;

use crate::{demo::Demo, support::Scheme};

impl Demo {
    /// Panics at a finding that is serious or critical, in what is shown now, in a narrow window
    /// and in a wide one. A picture of each is kept in the folder `SCREENSHOTS`, if there is one.
    pub(crate) async fn no_serious_finding_by_axe(&self, name: &str, scheme: Scheme) {
        if self.evaluate("return 'axe' in window").await != true {
            self.evaluate(&source()).await;
        }
        for width in [390, 1280] {
            self.session.set_viewport(width, 1100, 1.0).await;
            let report = self.evaluate(include_str!("axe.js")).await;
            let place = format!("{}, {width} px, {scheme:?}", report["place"]);
            assert_eq!(report["width"], width, "{place}");
            assert_eq!(report["dark"], scheme == Scheme::Dark, "{place}");
            assert!(report["kept"].as_u64() > Some(10), "{place}: {report:#}");
            let broken = &report["broken"];
            self.keep_picture(&format!("{name}-{width}-{scheme:?}.png"))
                .await;
            assert!(*broken == json!([]), "{place}: {broken:#}");
        }
    }

    async fn keep_picture(&self, name: &str) {
        let Some(folder) = env::var_os("SCREENSHOTS").map(PathBuf::from) else {
            return;
        };
        let picture = self.session.driver.screenshot_as_png().await;
        fs::create_dir_all(&folder).expect("the folder can be made");
        fs::write(folder.join(name), picture.expect("a picture")).expect("a file to write");
    }
}

/// All of axe, which `scripts/setup test` installs.
fn source() -> String {
    let file = env::var_os("AXE").unwrap_or_else(|| {
        panic!("AXE is to name axe.min.js: eval \"$(scripts/setup --env)\" sets it")
    });
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}
