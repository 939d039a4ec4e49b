"""What `from module import *` binds in Python 2.7, for modules whose names depend on no platform.

Source: 2.7.18 itself.
"""

from __future__ import annotations

STAR_NAMES = {
    "Tkinter": frozenset(
        """
        ACTIVE ALL ANCHOR ARC At AtEnd AtInsert AtSelFirst AtSelLast BASELINE BEVEL BOTH BOTTOM BROWSE BUTT
        BaseWidget BitmapImage BooleanType BooleanVar BufferType BuiltinFunctionType BuiltinMethodType Button
        CASCADE CENTER CHAR CHECKBUTTON CHORD COMMAND CURRENT CallWrapper Canvas Checkbutton ClassType CodeType
        ComplexType DISABLED DOTBOX DictProxyType DictType DictionaryType DoubleVar E END EW EXCEPTION EXTENDED
        EllipsisType Entry Event FALSE FIRST FLAT FileType FloatType Frame FrameType FunctionType GROOVE
        GeneratorType GetSetDescriptorType Grid HIDDEN HORIZONTAL INSERT INSIDE Image InstanceType IntType
        IntVar LAST LEFT Label LabelFrame LambdaType ListType Listbox LongType MITER MOVETO MULTIPLE
        MemberDescriptorType Menu Menubutton Message MethodType Misc ModuleType N NE NO NONE NORMAL NS NSEW
        NUMERIC NW NoDefaultRoot NoneType NotImplementedType OFF ON OUTSIDE ObjectType OptionMenu PAGES PIESLICE
        PROJECTING Pack PanedWindow PhotoImage Place RADIOBUTTON RAISED READABLE RIDGE RIGHT ROUND Radiobutton S
        SCROLL SE SEL SEL_FIRST SEL_LAST SEPARATOR SINGLE SOLID SUNKEN SW Scale Scrollbar SliceType Spinbox
        StringType StringTypes StringVar Studbutton TOP TRUE Tcl TclError TclVersion Text Tk TkVersion Toplevel
        TracebackType Tributton TupleType TypeType UNDERLINE UNITS UnboundMethodType UnicodeType VERTICAL
        Variable W WORD WRITABLE Widget Wm X XRangeType XView Y YES YView getboolean getdouble getint
        image_names image_types mainloop re sys tkinter wantobjects
        """.split()
    ),
    "cmath": frozenset(
        """
        acos acosh asin asinh atan atanh cos cosh e exp isinf isnan log log10 phase pi polar rect sin sinh sqrt
        tan tanh
        """.split()
    ),
    "collections": frozenset(
        """
        Callable Container Counter Hashable ItemsView Iterable Iterator KeysView Mapping MappingView
        MutableMapping MutableSequence MutableSet OrderedDict Sequence Set Sized ValuesView defaultdict deque
        namedtuple
        """.split()
    ),
    "datetime": frozenset(
        """
        MAXYEAR MINYEAR date datetime datetime_CAPI time timedelta tzinfo
        """.split()
    ),
    "functools": frozenset(
        """
        WRAPPER_ASSIGNMENTS WRAPPER_UPDATES cmp_to_key partial reduce total_ordering update_wrapper wraps
        """.split()
    ),
    "itertools": frozenset(
        """
        chain combinations combinations_with_replacement compress count cycle dropwhile groupby ifilter
        ifilterfalse imap islice izip izip_longest permutations product repeat starmap takewhile tee
        """.split()
    ),
    "math": frozenset(
        """
        acos acosh asin asinh atan atan2 atanh ceil copysign cos cosh degrees e erf erfc exp expm1 fabs
        factorial floor fmod frexp fsum gamma hypot isinf isnan ldexp lgamma log log10 log1p modf pi pow radians
        sin sinh sqrt tan tanh trunc
        """.split()
    ),
    "operator": frozenset(
        """
        abs add and_ attrgetter concat contains countOf delitem delslice div eq floordiv ge getitem getslice gt
        iadd iand iconcat idiv ifloordiv ilshift imod imul index indexOf inv invert ior ipow irepeat irshift
        isCallable isMappingType isNumberType isSequenceType is_ is_not isub itemgetter itruediv ixor le lshift
        lt methodcaller mod mul ne neg not_ or_ pos pow repeat rshift sequenceIncludes setitem setslice sub
        truediv truth xor
        """.split()
    ),
    "os.path": frozenset(
        """
        abspath altsep basename commonprefix curdir defpath devnull dirname exists expanduser expandvars extsep
        getatime getctime getmtime getsize isabs isdir isfile islink ismount join lexists normcase normpath
        pardir pathsep realpath relpath samefile sameopenfile samestat sep split splitdrive splitext
        supports_unicode_filenames walk
        """.split()
    ),
    "random": frozenset(
        """
        Random SystemRandom WichmannHill betavariate choice expovariate gammavariate gauss getrandbits getstate
        jumpahead lognormvariate normalvariate paretovariate randint random randrange sample seed setstate
        shuffle triangular uniform vonmisesvariate weibullvariate
        """.split()
    ),
    "re": frozenset(
        """
        DOTALL I IGNORECASE L LOCALE M MULTILINE S U UNICODE VERBOSE X compile error escape findall finditer
        match purge search split sub subn template
        """.split()
    ),
    "string": frozenset(
        """
        Formatter Template ascii_letters ascii_lowercase ascii_uppercase atof atof_error atoi atoi_error atol
        atol_error capitalize capwords center count digits expandtabs find hexdigits index index_error join
        joinfields letters ljust lower lowercase lstrip maketrans octdigits printable punctuation replace rfind
        rindex rjust rsplit rstrip split splitfields strip swapcase translate upper uppercase whitespace zfill
        """.split()
    ),
    "struct": frozenset(
        """
        Struct calcsize error pack pack_into unpack unpack_from
        """.split()
    ),
    "threading": frozenset(
        """
        BoundedSemaphore Condition Event Lock RLock Semaphore Thread Timer activeCount active_count
        currentThread current_thread enumerate local setprofile settrace stack_size
        """.split()
    ),
    "time": frozenset(
        """
        accept2dyear altzone asctime clock ctime daylight gmtime localtime mktime sleep strftime strptime
        struct_time time timezone tzname tzset
        """.split()
    ),
}
