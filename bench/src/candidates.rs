//! Who races, and how each is built: apart from the others, with the same profiles and tools.

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    error::Error,
    section::Section::{self, Memory, Page, Size, Sockets, Wrapper},
};

#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) name: &'static str,
    /// The crate in `bench/candidates`, without its prefix; raw JavaScript has none.
    package: Option<&'static str>,
    /// The feature of this crate that it has on; off is what all others are measured with.
    feature: Option<&'static str>,
    /// The small app of the figures of size; none for another way of using the same app.
    echo: Option<&'static str>,
    sections: &'static [Section],
    pub(crate) quick: bool,
}

pub(crate) const RAW_JS: &str = "raw JavaScript";

pub(crate) const ALL: &[Candidate] = &[
    Candidate {
        name: RAW_JS,
        package: None,
        feature: None,
        echo: None,
        sections: &[Wrapper, Sockets],
        quick: true,
    },
    Candidate {
        name: "raw JavaScript, WebSocketStream",
        package: None,
        feature: None,
        echo: None,
        sections: &[Sockets],
        quick: false,
    },
    Candidate {
        name: "web-sys",
        package: Some("web-sys"),
        feature: None,
        echo: Some("web-sys-echo"),
        sections: &[Size, Wrapper, Sockets],
        quick: false,
    },
    Candidate {
        name: "web-sys, in a task",
        package: Some("web-sys"),
        feature: None,
        echo: Some("web-sys-task-echo"),
        sections: &[Size, Wrapper],
        quick: false,
    },
    Candidate {
        name: "wasm-websocket",
        package: Some("wasm-websocket"),
        feature: None,
        echo: Some("wasm-websocket-echo"),
        sections: &[Size, Wrapper, Sockets, Memory, Page],
        quick: true,
    },
    Candidate {
        name: "wasm-websocket, lazy",
        package: Some("wasm-websocket"),
        feature: None,
        echo: None,
        sections: &[Wrapper, Sockets],
        quick: true,
    },
    Candidate {
        name: "wasm-websocket, as a sink",
        package: Some("wasm-websocket"),
        feature: None,
        echo: None,
        sections: &[Wrapper],
        quick: true,
    },
    Candidate {
        name: "wasm-websocket, trace",
        package: Some("wasm-websocket"),
        feature: Some("trace"),
        echo: Some("wasm-websocket-echo"),
        sections: &[Size, Wrapper],
        quick: true,
    },
    Candidate {
        name: "wasm-websocket, observed",
        package: Some("wasm-websocket"),
        feature: Some("trace"),
        echo: None,
        sections: &[Wrapper],
        quick: true,
    },
    Candidate {
        name: "wasm-websocket, WebSocketStream",
        package: Some("wasm-websocket"),
        feature: Some("stream"),
        echo: None,
        sections: &[Sockets, Memory],
        quick: false,
    },
    Candidate {
        name: "gloo-net",
        package: Some("gloo-net"),
        feature: None,
        echo: Some("gloo-net-echo"),
        sections: &[Size, Wrapper, Sockets, Memory],
        quick: true,
    },
    Candidate {
        name: "ws_stream_wasm",
        package: Some("ws_stream_wasm"),
        feature: None,
        echo: Some("ws_stream_wasm-echo"),
        sections: &[Size, Wrapper, Sockets, Memory],
        quick: false,
    },
    Candidate {
        name: "websocket-web",
        package: Some("websocket-web"),
        feature: None,
        echo: Some("websocket-web-echo"),
        sections: &[Size, Wrapper, Sockets, Memory],
        quick: false,
    },
    Candidate {
        name: "websocket-web, WebSocketStream",
        package: Some("websocket-web"),
        feature: None,
        echo: None,
        sections: &[Sockets],
        quick: false,
    },
    Candidate {
        name: "tokio-tungstenite-wasm",
        package: Some("tokio-tungstenite-wasm"),
        feature: None,
        echo: Some("tokio-tungstenite-wasm-echo"),
        sections: &[Size, Wrapper, Sockets, Memory],
        quick: true,
    },
];

impl Candidate {
    pub(crate) fn is_in(&self, section: Section) -> bool {
        self.sections.contains(&section)
    }

    /// Whether it is this crate, in whichever way.
    pub(crate) fn is_ours(&self) -> bool {
        self.package == Some("wasm-websocket")
    }

    /// Whether it is here for what a feature costs, and not to race.
    pub(crate) fn is_for_a_feature(&self) -> bool {
        self.feature == Some("trace")
    }
}

/// Where things are built.
#[derive(Debug)]
pub(crate) struct Workshop {
    target: PathBuf,
}

/// A module as a page loads it.
#[derive(Debug)]
pub(crate) struct Module {
    pub(crate) js: PathBuf,
    pub(crate) wasm: PathBuf,
}

const TRIPLE: &str = "wasm32-unknown-unknown";
const WORKSPACE: &str = "bench/candidates/Cargo.toml";

impl Workshop {
    pub(crate) fn from_env() -> Self {
        let target = env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
        Self {
            target: target.into(),
        }
    }

    /// What the race leaves behind.
    pub(crate) fn folder(&self) -> PathBuf {
        self.target.join("bench")
    }

    /// The folder of the modules that the page loads, one folder a section.
    pub(crate) fn modules(&self) -> PathBuf {
        self.folder().join("wasm")
    }

    /// Builds what the candidates need in a section that runs in the page.
    pub(crate) fn build_for(
        &self,
        section: Section,
        candidates: &[&Candidate],
    ) -> Result<(), Error> {
        let (folder, profile, target): (_, _, &[_]) = match section {
            Memory => ("memory", "memory", &["--lib", "--features", "count"]),
            _ => ("speed", "release", &["--lib"]),
        };
        let modules = self.modules().join(folder);
        let crates: BTreeSet<_> = candidates
            .iter()
            .filter_map(|candidate| Some((candidate.package?, candidate.feature)))
            .collect();
        for (package, feature) in crates {
            let artifact = format!("{}_candidate.wasm", package.replace('-', "_"));
            let name = with_feature(package, feature);
            let module = (name.as_str(), modules.as_path());
            self.build((package, feature), profile, target, &artifact, module)?;
        }
        Ok(())
    }

    /// Builds the small app of a candidate for the figures of size; none where there is no crate.
    pub(crate) fn build_echo(&self, candidate: &Candidate) -> Result<Option<Module>, Error> {
        let (Some(package), Some(example)) = (candidate.package, candidate.echo) else {
            return Ok(None);
        };
        let module = self.build_app((package, candidate.feature), example)?;
        Ok(Some(module))
    }

    /// Builds the app of this crate that has this part and no other.
    pub(crate) fn build_part(&self, feature: &str) -> Result<Module, Error> {
        self.build_app(("wasm-websocket", Some(feature)), "wasm-websocket-parts")
    }

    fn build_app(&self, package: (&str, Option<&str>), example: &str) -> Result<Module, Error> {
        let artifact = format!("examples/{}.wasm", example.replace('-', "_"));
        let modules = self.folder().join("echo");
        let target = ["--example", example];
        let name = with_feature(example, package.1);
        let module = (name.as_str(), modules.as_path());
        let built = self.build(package, "size", &target, &artifact, module)?;

        let wasm = modules.join(format!("{name}.wasm"));
        let mut wasm_opt = Command::new("wasm-opt");
        // It takes what the module may use from the module, and so adds nothing newer.
        wasm_opt.args(["-Os", "-o"]);
        run(wasm_opt.arg(&wasm).arg(&built.wasm))?;
        Ok(Module { wasm, ..built })
    }

    /// Builds the demo page into `www/dist`.
    pub(crate) fn build_page(&self) -> Result<(), Error> {
        let mut demo = Command::new("scripts/demo");
        run(demo.arg("--build").env("CARGO_TARGET_DIR", &self.target))
    }

    /// One run of cargo a candidate: together, they would get each other's features.
    fn build(
        &self,
        (package, feature): (&str, Option<&str>),
        profile: &str,
        target: &[&str],
        artifact: &str,
        (name, modules): (&str, &Path),
    ) -> Result<Module, Error> {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["build", "--quiet", "--locked", "--target", TRIPLE]);
        cargo.args(["--manifest-path", WORKSPACE, "--profile", profile]);
        cargo.arg("--package").arg(format!("bench-{package}"));
        if let Some(feature) = feature {
            cargo.args(["--features", feature]);
        }
        cargo.env("CARGO_ENCODED_RUSTFLAGS", remapped_paths()?);
        run(cargo.args(target).env("CARGO_TARGET_DIR", &self.target))?;

        fs::create_dir_all(modules)?;
        let mut bindgen = Command::new("wasm-bindgen");
        bindgen.args(["--target", "web", "--no-typescript", "--out-name", name]);
        let folder = self.target.join(TRIPLE).join(profile);
        bindgen.arg("--out-dir").arg(modules);
        run(bindgen.arg(folder.join(artifact)))?;
        Ok(Module {
            js: modules.join(format!("{name}.js")),
            wasm: modules.join(format!("{name}_bg.wasm")),
        })
    }
}

/// The flags with which what is built doesn't depend on the folders of this machine: their names are
/// in the messages of panics, and so in the size.
fn remapped_paths() -> Result<String, Error> {
    let rustc = |argument: &[&str]| -> Result<String, Error> {
        let output = Command::new("rustc").args(argument).output();
        let output = output.map_err(Error::missing("rustc"))?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let version = rustc(&["-vV"])?;
    let commit = version
        .lines()
        .find_map(|line| line.strip_prefix("commit-hash: "));
    let library = Path::new(&rustc(&["--print", "sysroot"])?).join("lib/rustlib/src/rust");
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home =
        home.unwrap_or_else(|| Path::new(&env::var_os("HOME").unwrap_or_default()).join(".cargo"));
    let registry = home.join("registry/src");
    let flags = [
        (env::current_dir()?, String::new()),
        (registry, "registry".to_owned()),
        // Where the library's source isn't installed, it has this name.
        (library, format!("/rustc/{}", commit.unwrap_or_default())),
    ]
    .map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()));
    Ok(flags.join("\u{1f}"))
}

/// What a module is called that is built with a feature, or without.
fn with_feature(name: &str, feature: Option<&str>) -> String {
    match feature {
        Some(feature) => format!("{name}-{feature}"),
        None => name.to_owned(),
    }
}

fn run(command: &mut Command) -> Result<(), Error> {
    let program = PathBuf::from(command.get_program());
    let status = command.status().map_err(Error::missing(&program))?;
    if status.success() {
        Ok(())
    } else {
        Err(Error::Tool(program.display().to_string(), status))
    }
}
