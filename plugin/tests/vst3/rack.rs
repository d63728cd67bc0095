//! A VST3 host with one slot: component and controller, a memory stream, an ear for what it is told, and a window.

use std::{
    ffi::{c_char, c_void},
    ptr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use nice_plug::wrapper::vst3::vst3::{
    Class, ComPtr, ComWrapper, Interface,
    Steinberg::{
        FUnknown, IBStream,
        IBStream_::IStreamSeekMode_,
        IBStreamTrait, IPlugFrame, IPlugFrameTrait, IPlugView, IPluginBaseTrait, IPluginFactory, IPluginFactoryTrait,
        Linux::{FileDescriptor, IEventHandler, IRunLoop, IRunLoopTrait, ITimerHandler, TimerInterval},
        TUID, ViewRect,
        Vst::{
            IComponent, IComponentHandler, IComponentHandlerTrait, IComponentTrait, IEditController,
            IEditControllerTrait, ParamID, ParameterInfo, RestartFlags_,
        },
        int32, int64, kNotImplemented, kResultOk, tresult,
    },
};
use parking_lot::Mutex;
use serde_json::Value;

/// An instance as a host has it.
pub struct Slot {
    pub component: ComPtr<IComponent>,
    pub controller: ComPtr<IEditController>,
    pub ear: Arc<Ear>,
    _handler: ComPtr<IComponentHandler>,
}

/// What the plugin has told its host.
#[derive(Default)]
pub struct Ear {
    pub gestures: AtomicUsize,
    pub values_changed: AtomicUsize,
}

struct Handler(Arc<Ear>);

impl Class for Handler {
    type Interfaces = (IComponentHandler,);
}

impl IComponentHandlerTrait for Handler {
    unsafe fn beginEdit(&self, _: ParamID) -> tresult {
        self.0.gestures.fetch_add(1, Ordering::Relaxed);
        kResultOk
    }

    unsafe fn performEdit(&self, _: ParamID, _: f64) -> tresult {
        kResultOk
    }

    unsafe fn endEdit(&self, _: ParamID) -> tresult {
        kResultOk
    }

    unsafe fn restartComponent(&self, flags: int32) -> tresult {
        if flags & RestartFlags_::kParamValuesChanged as int32 != 0 {
            self.0.values_changed.fetch_add(1, Ordering::Relaxed);
        }
        kResultOk
    }
}

impl Slot {
    pub fn new() -> Self {
        let factory = phosphene_plugin::GetPluginFactory();
        unsafe {
            let factory = ComPtr::from_raw(factory.cast::<IPluginFactory>()).unwrap();
            let mut info = std::mem::zeroed();
            assert_eq!(factory.getClassInfo(0, &mut info), kResultOk);
            let mut object: *mut c_void = ptr::null_mut();
            let made = factory.createInstance(
                info.cid.as_ptr(),
                IComponent::IID.as_ptr().cast::<c_char>(),
                &mut object,
            );
            assert_eq!(made, kResultOk);
            let component = ComPtr::from_raw(object.cast::<IComponent>()).unwrap();
            assert_eq!(component.initialize(ptr::null_mut()), kResultOk);
            let controller = component.cast::<IEditController>().unwrap();
            let ear = Arc::new(Ear::default());
            let handler = ComWrapper::new(Handler(ear.clone()))
                .to_com_ptr::<IComponentHandler>()
                .unwrap();
            controller.setComponentHandler(handler.as_ptr());
            Self {
                component,
                controller,
                ear,
                _handler: handler,
            }
        }
    }

    pub fn save(&self) -> Vec<u8> {
        let stream = Arc::new(Memory::default());
        let shown = ComWrapper::new(Stream(stream.clone()))
            .to_com_ptr::<IBStream>()
            .unwrap();
        assert_eq!(unsafe { self.component.getState(shown.as_ptr()) }, kResultOk);
        stream.bytes.lock().clone()
    }

    /// As hosts load a state or a preset: the component, then the controller, each from its own stream.
    pub fn load(&self, state: &[u8]) -> bool {
        let stream = |bytes: &[u8]| {
            let memory = Arc::new(Memory::default());
            memory.bytes.lock().extend_from_slice(bytes);
            ComWrapper::new(Stream(memory)).to_com_ptr::<IBStream>().unwrap()
        };
        let taken = unsafe { self.component.setState(stream(state).as_ptr()) } == kResultOk;
        unsafe { self.controller.setComponentState(stream(state).as_ptr()) };
        taken
    }

    /// The saved JSON.
    pub fn state(&self) -> Value {
        serde_json::from_slice(&self.save()).unwrap()
    }

    /// The texts of the saved prompts.
    pub fn prompts(&self) -> Vec<String> {
        let project: Value = serde_json::from_str(self.state()["fields"]["project"].as_str().unwrap()).unwrap();
        let prompts = project["bank"]["prompts"].as_array().unwrap();
        prompts
            .iter()
            .map(|prompt| prompt["text"].as_str().unwrap().to_owned())
            .collect()
    }

    pub fn params(&self) -> Vec<ParameterInfo> {
        unsafe {
            (0..self.controller.getParameterCount())
                .map(|index| {
                    let mut info = std::mem::zeroed();
                    assert_eq!(self.controller.getParameterInfo(index, &mut info), kResultOk);
                    info
                })
                .collect()
        }
    }

    pub fn param(&self, name: &str) -> ParameterInfo {
        self.params().into_iter().find(|info| title(info) == name).unwrap()
    }

    pub fn view(&self) -> ComPtr<IPlugView> {
        unsafe { ComPtr::from_raw(self.controller.createView(c"editor".as_ptr())).unwrap() }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        unsafe {
            self.controller.setComponentHandler(ptr::null_mut());
            self.component.terminate();
        }
    }
}

pub fn title(info: &ParameterInfo) -> String {
    let letters: Vec<u16> = info
        .title
        .iter()
        .take_while(|&&unit| unit != 0)
        .map(|&unit| unit as u16)
        .collect();
    String::from_utf16(&letters).unwrap()
}

#[derive(Default)]
struct Memory {
    bytes: Mutex<Vec<u8>>,
    at: AtomicUsize,
}

struct Stream(Arc<Memory>);

impl Class for Stream {
    type Interfaces = (IBStream,);
}

impl IBStreamTrait for Stream {
    unsafe fn read(&self, buffer: *mut c_void, wanted: int32, read: *mut int32) -> tresult {
        let bytes = self.0.bytes.lock();
        let at = self.0.at.load(Ordering::Relaxed);
        let part = &bytes[at..(at + wanted as usize).min(bytes.len())];
        unsafe {
            ptr::copy_nonoverlapping(part.as_ptr(), buffer.cast(), part.len());
            if !read.is_null() {
                *read = part.len() as int32;
            }
        }
        self.0.at.store(at + part.len(), Ordering::Relaxed);
        kResultOk
    }

    unsafe fn write(&self, buffer: *mut c_void, count: int32, written: *mut int32) -> tresult {
        let part = unsafe { std::slice::from_raw_parts(buffer.cast::<u8>(), count as usize) };
        self.0.bytes.lock().extend_from_slice(part);
        if !written.is_null() {
            unsafe { *written = count };
        }
        kResultOk
    }

    unsafe fn seek(&self, by: int64, mode: int32, result: *mut int64) -> tresult {
        let from = match mode as u32 {
            mode if mode == IStreamSeekMode_::kIBSeekSet as u32 => 0,
            mode if mode == IStreamSeekMode_::kIBSeekCur as u32 => self.0.at.load(Ordering::Relaxed),
            _ => self.0.bytes.lock().len(),
        };
        self.0.at.store((from as int64 + by) as usize, Ordering::Relaxed);
        if !result.is_null() {
            unsafe { *result = from as int64 + by };
        }
        kResultOk
    }

    unsafe fn tell(&self, at: *mut int64) -> tresult {
        unsafe { *at = self.0.at.load(Ordering::Relaxed) as int64 };
        kResultOk
    }
}

/// The frame around a view, with a loop that only counts who registers.
#[derive(Default)]
pub struct Frame {
    pub registered: Mutex<Vec<usize>>,
    pub strangers: AtomicUsize,
}

pub struct ShownFrame(pub Arc<Frame>);

impl Class for ShownFrame {
    type Interfaces = (IPlugFrame, IRunLoop);
}

impl IPlugFrameTrait for ShownFrame {
    unsafe fn resizeView(&self, _: *mut IPlugView, _: *mut ViewRect) -> tresult {
        kResultOk
    }
}

impl IRunLoopTrait for ShownFrame {
    unsafe fn registerEventHandler(&self, handler: *mut IEventHandler, _: FileDescriptor) -> tresult {
        self.0.registered.lock().push(handler as usize);
        kResultOk
    }

    unsafe fn unregisterEventHandler(&self, handler: *mut IEventHandler) -> tresult {
        let mut registered = self.0.registered.lock();
        let before = registered.len();
        registered.retain(|&known| known != handler as usize);
        if registered.len() == before {
            self.0.strangers.fetch_add(1, Ordering::Relaxed);
        }
        kResultOk
    }

    unsafe fn registerTimer(&self, _: *mut ITimerHandler, _: TimerInterval) -> tresult {
        kNotImplemented
    }

    unsafe fn unregisterTimer(&self, _: *mut ITimerHandler) -> tresult {
        kNotImplemented
    }
}

/// Whether two interfaces are of one object, as COM says it.
pub fn is_one(a: &ComPtr<IComponent>, b: &ComPtr<IEditController>) -> bool {
    let unknown = |object: *mut FUnknown| unsafe {
        let mut found: *mut c_void = ptr::null_mut();
        ((*(*object).vtbl).queryInterface)(object, FUnknown::IID.as_ptr().cast::<TUID>(), &mut found);
        ((*(*object).vtbl).release)(object);
        found
    };
    unknown(a.as_ptr().cast()) == unknown(b.as_ptr().cast())
}
