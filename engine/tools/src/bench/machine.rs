//! What machine this is, and its clocks: CPU time, wall time, memory.

use std::{fs, process::Command, time::Instant};

use phosphene_engine::painter::Isa;

/// Ticks a second in `/proc/self/stat`: Linux shows 100 to programs, whatever its own clock does.
const TICKS_PER_SEC: f64 = 100.0;

/// Whose CPU time is measured.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    /// The calling thread's, to the nanosecond, brought up to date at the scheduler's ticks (1 to 4 ms).
    Thread,
    /// That of all threads that are running: as exact, but blind to threads that end meanwhile.
    LiveThreads,
    /// The process's with all threads that ended, to 10 ms.
    Process,
}

impl Clock {
    fn secs(self) -> Option<f64> {
        match self {
            Self::Thread => schedstat("/proc/thread-self/schedstat"),
            Self::LiveThreads => {
                let tasks = fs::read_dir("/proc/self/task").ok()?;
                let of = |task: fs::DirEntry| schedstat(task.path().join("schedstat").to_str()?);
                Some(tasks.flatten().filter_map(of).sum())
            }
            Self::Process => {
                let stat = fs::read_to_string("/proc/self/stat").ok()?;
                // The program's name, in brackets, may hold spaces; user and system time are fields 14 and 15.
                let (_, fields) = stat.rsplit_once(')')?;
                let mut times = fields.split_whitespace().skip(11).map(str::parse::<f64>);
                Some((times.next()?.ok()? + times.next()?.ok()?) / TICKS_PER_SEC)
            }
        }
    }
}

fn schedstat(path: &str) -> Option<f64> {
    let text = fs::read_to_string(path).ok()?;
    Some(text.split(' ').next()?.parse::<f64>().ok()? * 1e-9)
}

/// Counts from its start.
pub struct Watch {
    clock: Clock,
    cpu: Option<f64>,
    wall: Instant,
}

impl Watch {
    pub fn start(clock: Clock) -> Self {
        Self {
            clock,
            cpu: clock.secs(),
            wall: Instant::now(),
        }
    }

    /// CPU seconds, or wall seconds where the system does not tell (`describe` says so).
    pub fn secs(&self) -> f64 {
        match (self.cpu, self.clock.secs()) {
            (Some(from), Some(to)) => to - from,
            _ => self.wall_secs(),
        }
    }

    pub fn wall_secs(&self) -> f64 {
        self.wall.elapsed().as_secs_f64()
    }
}

/// The most memory that this process has had so far, in MB, where the system tells (Linux).
pub fn peak_memory_mb() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<f64>().ok()? * 1024.0 / 1e6)
}

/// A figure in MB, or that there is none.
pub fn megabytes(mb: Option<f64>) -> String {
    mb.map_or_else(|| "not measured here".into(), |mb| format!("{mb:.0} MB"))
}

/// Prints commit, processor, instruction sets, cores, what else keeps the machine busy, and which clock is read.
pub fn describe() {
    let commit = output("git", &["describe", "--always", "--dirty"]);
    println!(
        "commit      {}",
        commit.unwrap_or_else(|| "not known: no git here".into())
    );
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("processor   {}, {cores} cores", processor());
    let others: Vec<String> = Isa::ALL
        .into_iter()
        .filter(|isa| isa.is_available() && *isa != Isa::best())
        .map(|isa| isa.to_string())
        .collect();
    println!("kernels     {} (also: {})", Isa::best(), others.join(", "));
    let load = fs::read_to_string("/proc/loadavg").ok();
    let load = load.as_deref().and_then(|text| text.split(' ').next());
    println!("load before {}", load.unwrap_or("not measured here"));
    let clock = match Clock::Thread.secs().and(Clock::Process.secs()) {
        Some(_) => "CPU time from /proc/thread-self/schedstat and /proc/self/stat, but where it says wall",
        None => "wall time: this system's CPU time is not read",
    };
    println!("times are   {clock}");
}

fn processor() -> String {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpuinfo.lines().find(|line| line.starts_with("model name"));
    model
        .and_then(|line| line.split_once(':'))
        .map(|(_, model)| model.trim().to_owned())
        .or_else(|| output("sysctl", &["-n", "machdep.cpu.brand_string"]))
        .or_else(|| std::env::var("PROCESSOR_IDENTIFIER").ok())
        .unwrap_or_else(|| format!("{} of unknown make", std::env::consts::ARCH))
}

/// What a program prints, when it is there and succeeds.
fn output(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(args)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}
