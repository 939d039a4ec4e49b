"""What the library of Python 2 had under other names: from the qualified name there to the one in Python 3.

Sources: PEP 3108, the fixers of 2to3, and *What's New in Python 3.0* to *3.13* with their lists of removals. Tests
look up each new name, and each old one where there is a Python 2.7.
"""

from __future__ import annotations

SYS = {"sys.maxint": "sys.maxsize"}
SYS_GONE = {
    "sys.py3kwarning": "it is `False`",
    "sys.exc_type": "use `sys.exc_info()[0]` in the handler",
    "sys.exc_value": "use `except ... as error`",
    "sys.exc_traceback": "use `sys.exc_info()[2]` in the handler",
    "sys.exc_clear": "leave it out: Python 3 forgets the exception at the end of its handler",
    "sys.subversion": "use `sys.implementation`",
    "sys.setcheckinterval": "use `sys.setswitchinterval`, which takes seconds",
    "sys.getcheckinterval": "use `sys.getswitchinterval`, which gives seconds",
}

_PIPES = "use `subprocess.Popen` with `stdin=PIPE` and `stdout=PIPE`"
OS = {"os.getcwdu": "os.getcwd"}
OS_GONE = {
    "os.popen2": _PIPES,
    "os.popen3": _PIPES,
    "os.popen4": _PIPES,
    "os.tempnam": "use `tempfile.mkstemp()`",
    "os.tmpnam": "use `tempfile.mkstemp()`",
    "os.tmpfile": "use `tempfile.TemporaryFile()`",
}

_METHODS = frozenset(
    (
        "capitalize center count expandtabs find index ljust lower lstrip replace rfind rindex rjust rsplit rstrip "
        "split strip swapcase translate upper zfill"
    ).split()
)
STRING = (
    {
        "string.letters": "string.ascii_letters",
        "string.lowercase": "string.ascii_lowercase",
        "string.uppercase": "string.ascii_uppercase",
        "string.maketrans": "str.maketrans",
        "string.atoi": "builtins.int",
        "string.atol": "builtins.int",
        "string.atof": "builtins.float",
        "string.join": "str.join",
        "string.joinfields": "str.join",
        "string.splitfields": "str.split",
    }
    | {f"string.{name}": f"str.{name}" for name in _METHODS}
)  # fmt: skip

_NO_CLASSES = "Python 3 has no old-style classes: every class is a `type`, every instance an `object`"
TYPES = {
    "types.BooleanType": "builtins.bool",
    "types.BufferType": "builtins.memoryview",
    "types.ClassType": "builtins.type",
    "types.ComplexType": "builtins.complex",
    "types.DictType": "builtins.dict",
    "types.DictionaryType": "builtins.dict",
    "types.DictProxyType": "types.MappingProxyType",
    "types.FloatType": "builtins.float",
    "types.IntType": "builtins.int",
    "types.ListType": "builtins.list",
    "types.LongType": "builtins.int",
    "types.ObjectType": "builtins.object",
    "types.SliceType": "builtins.slice",
    "types.StringType": "builtins.str",
    "types.StringTypes": "builtins.str",
    "types.TupleType": "builtins.tuple",
    "types.TypeType": "builtins.type",
    "types.UnboundMethodType": "types.FunctionType",
    "types.UnicodeType": "builtins.str",
    "types.XRangeType": "builtins.range",
}
TYPES_GONE = {
    "types.InstanceType": _NO_CLASSES,
    "types.FileType": "use `io.IOBase`",
}

ITERTOOLS = {
    "itertools.izip": "builtins.zip",
    "itertools.imap": "builtins.map",
    "itertools.ifilter": "builtins.filter",
    "itertools.izip_longest": "itertools.zip_longest",
    "itertools.ifilterfalse": "itertools.filterfalse",
}

_DIVISION = "use `operator.floordiv` for whole numbers, `operator.truediv` for others"
OPERATOR = {
    "operator.isCallable": "builtins.callable",
    "operator.sequenceIncludes": "operator.contains",
    "operator.repeat": "operator.mul",
    "operator.__repeat__": "operator.mul",
    "operator.irepeat": "operator.imul",
    "operator.__irepeat__": "operator.imul",
}
OPERATOR_QUESTIONS = {
    "isMappingType": "collections.abc.Mapping",
    "isNumberType": "numbers.Number",
    "isSequenceType": "collections.abc.Sequence",
}
OPERATOR_GONE = {
    "operator.div": _DIVISION,
    "operator.__div__": _DIVISION,
    "operator.idiv": _DIVISION,
    "operator.__idiv__": _DIVISION,
    "operator.isSequenceType": "use `isinstance(x, collections.abc.Sequence)`",
    "operator.isMappingType": "use `isinstance(x, collections.abc.Mapping)`",
    "operator.isNumberType": "use `isinstance(x, numbers.Number)`",
    "operator.getslice": "use `operator.getitem(x, slice(i, j))`",
    "operator.setslice": "use `operator.setitem(x, slice(i, j), value)`",
    "operator.delslice": "use `operator.delitem(x, slice(i, j))`",
}

_ABSTRACT = (
    "Callable Container Hashable ItemsView Iterable Iterator KeysView Mapping MappingView MutableMapping "
    "MutableSequence MutableSet Sequence Set Sized ValuesView"
).split()
ELSEWHERE = (
    {
        "base64.decodestring": "base64.decodebytes",
        "base64.encodestring": "base64.encodebytes",
        "cgi.escape": "html.escape",
        "cgi.parse_qs": "urllib.parse.parse_qs",
        "cgi.parse_qsl": "urllib.parse.parse_qsl",
        "fractions.gcd": "math.gcd",
        "inspect.getargspec": "inspect.getfullargspec",
        "locale.format": "locale.format_string",
        "platform.DEV_NULL": "os.devnull",
        "platform.popen": "os.popen",
        "sys.long_info": "sys.int_info",
        "threading._BoundedSemaphore": "threading.BoundedSemaphore",
        "threading._Condition": "threading.Condition",
        "threading._Event": "threading.Event",
        "threading._Semaphore": "threading.Semaphore",
        "threading._Timer": "threading.Timer",
        "unittest._TextTestResult": "unittest.TextTestResult",
        "wave.openfp": "wave.open",
        "xml.etree.ElementTree.XMLTreeBuilder": "xml.etree.ElementTree.XMLParser",
        "threading._sleep": "time.sleep",
        "threading._time": "time.time",
    }
    | {f"collections.{name}": f"collections.abc.{name}" for name in _ABSTRACT}
)  # fmt: skip
ELSEWHERE_GONE = {
    "binascii.a2b_hqx": "Python 3 has nothing for BinHex",
    "binascii.b2a_hqx": "Python 3 has nothing for BinHex",
    "contextlib.GeneratorContextManager": "use `contextlib.contextmanager`",
    "contextlib.nested": "name all of them in one `with`, or use `contextlib.ExitStack`",
    "gc.DEBUG_INSTANCES": "leave it out: all collectable objects are told by `gc.DEBUG_COLLECTABLE`",
    "gc.DEBUG_OBJECTS": "leave it out: all collectable objects are told by `gc.DEBUG_COLLECTABLE`",
    "gettext.ldgettext": "use `gettext.dgettext`, which gives text",
    "gettext.lgettext": "use `gettext.gettext`, which gives text",
    "gettext.lngettext": "use `gettext.ngettext`, which gives text",
    "hashlib.algorithms": "use `sorted(hashlib.algorithms_guaranteed)`",
    "inspect.formatargspec": "use `str(inspect.signature(function))`",
    "inspect.getmoduleinfo": "use `inspect.getmodulename`",
    "locale.resetlocale": "use `locale.setlocale(locale.LC_ALL, '')`",
    "mailbox.PortableUnixMailbox": "use `mailbox.mbox`",
    "mailbox.UnixMailbox": "use `mailbox.mbox`",
    "os.path.walk": "use `os.walk`",
    "os.stat_float_times": "leave it out: times are floats",
    "platform.dist": "use `platform.freedesktop_os_release()`",
    "platform.linux_distribution": "use `platform.freedesktop_os_release()`",
    "plistlib.readPlist": "use `plistlib.load`, which takes a file of bytes",
    "plistlib.readPlistFromString": "use `plistlib.loads`, which takes bytes",
    "plistlib.writePlist": "use `plistlib.dump`, which takes a file of bytes",
    "plistlib.writePlistToString": "use `plistlib.dumps`, which gives bytes",
    "random.WichmannHill": "use `random.Random`, which gives other numbers",
    "random.jumpahead": "seed each generator with a number of its own",
    "re.TEMPLATE": "leave it out: it did nothing of use",
    "re.template": "use `re.compile`",
    "socket.ssl": "use `ssl.SSLContext.wrap_socket`",
    "socket.sslerror": "use `ssl.SSLError`",
    "sqlite3.OptimizedUnicode": "use `str`",
    "ssl.match_hostname": "let `ssl.SSLContext` check it: `check_hostname`",
    "subprocess.mswindows": "use `sys.platform == 'win32'`",
    "tarfile.TarFileCompat": "use `tarfile.TarFile`",
    "traceback.tb_lineno": "ask the traceback itself: `tb.tb_lineno`",
    "warnings.warnpy3k": "leave it out: it warned of what is gone in Python 3",
    "ssl.wrap_socket": "use `ssl.SSLContext.wrap_socket`",
}

# -- modules ---------------------------------------------------------------------------------------

MODULES = {
    "BaseHTTPServer": "http.server",
    "CGIHTTPServer": "http.server",
    "ConfigParser": "configparser",
    "Cookie": "http.cookies",
    "Dialog": "tkinter.dialog",
    "DocXMLRPCServer": "xmlrpc.server",
    "FileDialog": "tkinter.filedialog",
    "HTMLParser": "html.parser",
    "Queue": "queue",
    "ScrolledText": "tkinter.scrolledtext",
    "SimpleDialog": "tkinter.simpledialog",
    "SimpleHTTPServer": "http.server",
    "SimpleXMLRPCServer": "xmlrpc.server",
    "SocketServer": "socketserver",
    "Tkconstants": "tkinter.constants",
    "Tkdnd": "tkinter.dnd",
    "Tkinter": "tkinter",
    "UserDict": "collections",
    "UserList": "collections",
    "UserString": "collections",
    "__builtin__": "builtins",
    "_winreg": "winreg",
    "anydbm": "dbm",
    "cPickle": "pickle",
    "commands": "subprocess",
    "cookielib": "http.cookiejar",
    "copy_reg": "copyreg",
    "dumbdbm": "dbm.dumb",
    "dummy_thread": "_thread",
    "dummy_threading": "threading",
    "email.Charset": "email.charset",
    "email.Encoders": "email.encoders",
    "email.Errors": "email.errors",
    "email.Generator": "email.generator",
    "email.Header": "email.header",
    "email.MIMEAudio": "email.mime.audio",
    "email.MIMEBase": "email.mime.base",
    "email.MIMEImage": "email.mime.image",
    "email.MIMEMessage": "email.mime.message",
    "email.MIMEMultipart": "email.mime.multipart",
    "email.MIMEText": "email.mime.text",
    "email.Message": "email.message",
    "email.Parser": "email.parser",
    "email.Utils": "email.utils",
    "exceptions": "builtins",
    "future_builtins": "builtins",
    "gdbm": "dbm.gnu",
    "htmlentitydefs": "html.entities",
    "httplib": "http.client",
    "markupbase": "_markupbase",
    "repr": "reprlib",
    "robotparser": "urllib.robotparser",
    "sets": "builtins",
    "thread": "_thread",
    "tkColorChooser": "tkinter.colorchooser",
    "tkCommonDialog": "tkinter.commondialog",
    "tkFileDialog": "tkinter.filedialog",
    "tkFont": "tkinter.font",
    "tkMessageBox": "tkinter.messagebox",
    "tkSimpleDialog": "tkinter.simpledialog",
    "ttk": "tkinter.ttk",
    "whichdb": "dbm",
    "xml.etree.cElementTree": "xml.etree.ElementTree",
    "xmlrpclib": "xmlrpc.client",
}
"""Modules that have another name in Python 3, or all of whose contents are in another module."""

MODULE_NAMES = {
    "ConfigParser.SafeConfigParser": "configparser.ConfigParser",
    "UserDict.DictMixin": "",
    "UserString.MutableString": "",
    "UserDict.IterableUserDict": "collections.UserDict",
    "dummy_thread.error": "_thread.error",
    "exceptions.StandardError": "builtins.Exception",
    "future_builtins.ascii": "builtins.ascii",
    "md5.md5": "hashlib.md5",
    "md5.new": "hashlib.md5",
    "new.classobj": "builtins.type",
    "new.code": "types.CodeType",
    "new.function": "types.FunctionType",
    "new.instancemethod": "types.MethodType",
    "new.module": "types.ModuleType",
    "sets.ImmutableSet": "builtins.frozenset",
    "sets.Set": "builtins.set",
    "sha.new": "hashlib.sha1",
    "sha.sha": "hashlib.sha1",
}
"""Names that their module's successor has under another name, or that another module has; `""`: that none has."""

_URLLIB_REQUEST = (
    "FancyURLopener URLopener getproxies pathname2url proxy_bypass url2pathname urlcleanup urlopen urlretrieve"
)
_URLLIB_PARSE = (
    "quote quote_plus splitattr splithost splitnport splitpasswd splitport splitquery splittag splittype splituser "
    "splitvalue unquote unquote_plus unwrap urlencode"
)
_URLLIB2 = (
    "AbstractBasicAuthHandler AbstractDigestAuthHandler AbstractHTTPHandler BaseHandler CacheFTPHandler FTPHandler "
    "FileHandler HTTPBasicAuthHandler HTTPCookieProcessor HTTPDefaultErrorHandler HTTPDigestAuthHandler "
    "HTTPErrorProcessor HTTPHandler HTTPPasswordMgr HTTPPasswordMgrWithDefaultRealm HTTPRedirectHandler HTTPSHandler "
    "OpenerDirector ProxyBasicAuthHandler ProxyDigestAuthHandler ProxyHandler Request UnknownHandler build_opener "
    "install_opener parse_http_list parse_keqv_list request_host urlopen"
)
_URLPARSE = (
    "ParseResult SplitResult parse_qs parse_qsl urldefrag urljoin urlparse urlsplit urlunparse urlunsplit uses_netloc "
    "uses_relative"
)
URLLIB = (
    {f"urllib.{name}": f"urllib.request.{name}" for name in _URLLIB_REQUEST.split()}
    | {f"urllib.{name}": f"urllib.parse.{name}" for name in _URLLIB_PARSE.split()}
    | {"urllib.ContentTooShortError": "urllib.error.ContentTooShortError"}
    | {f"urllib2.{name}": f"urllib.request.{name}" for name in _URLLIB2.split()}
    | {f"urllib2.{name}": f"urllib.error.{name}" for name in ("HTTPError", "URLError")}
    | {f"urllib2.{name}": f"urllib.parse.{name}" for name in ("quote", "unquote", "urlparse")}
    | {f"urlparse.{name}": f"urllib.parse.{name}" for name in _URLPARSE.split()}
)
"""`urllib`, `urllib2` and `urlparse` are the parts of one package."""
URLLIB_MODULES = frozenset({"urllib", "urllib2", "urlparse"})

_EMAIL = "use the package `email`"
REMOVED_MODULES = {
    "Bastion": "there is no successor: Python cannot run code that is not trusted",
    "MimeWriter": _EMAIL,
    "asynchat": "gone since Python 3.12; use `asyncio`",
    "asyncore": "gone since Python 3.12; use `asyncio` or `selectors`",
    "binhex": "gone since Python 3.11",
    "bsddb": "use the package `bsddb3` or `berkeleydb` from PyPI",
    "cgi": "gone since Python 3.13; use `urllib.parse.parse_qs` and `email.message`",
    "cgitb": "gone since Python 3.13; use `traceback`",
    "compiler": "use `ast`",
    "crypt": "gone since Python 3.13; use `hashlib`, or `bcrypt` from PyPI",
    "dbhash": "use the package `berkeleydb` from PyPI",
    "dircache": "use `os.listdir`",
    "distutils": "gone since Python 3.12; use `setuptools`, `shutil`, `subprocess` or `sysconfig`",
    "dl": "use `ctypes`",
    "fpformat": "use `format`",
    "hotshot": "use `cProfile`",
    "htmllib": "use `html.parser`",
    "imghdr": "gone since Python 3.13; use `filetype` from PyPI",
    "imp": "gone since Python 3.12; use `importlib`",
    "imputil": "use `importlib`",
    "md5": "use `hashlib.md5`",
    "mimetools": _EMAIL,
    "mimify": _EMAIL,
    "multifile": _EMAIL,
    "mutex": "use `threading.Lock`",
    "new": "use `types`",
    "nntplib": "gone since Python 3.13",
    "pipes": "gone since Python 3.13; use `subprocess`, and `shlex.quote` for `pipes.quote`",
    "popen2": "use `subprocess.Popen`",
    "posixfile": "use `fcntl.lockf`",
    "rexec": "there is no successor: Python cannot run code that is not trusted",
    "rfc822": _EMAIL,
    "sgmllib": "use `html.parser`",
    "sha": "use `hashlib.sha1`",
    "smtpd": "gone since Python 3.12; use `aiosmtpd` from PyPI",
    "statvfs": "use the attributes of what `os.statvfs` returns",
    "telnetlib": "gone since Python 3.13; use `telnetlib3` from PyPI",
    "uu": "gone since Python 3.13; use `base64`, or `binascii.a2b_uu`",
}
"""Modules without a successor of the same use, and what to do instead."""

STRING_BUFFERS = {
    "StringIO.StringIO": "io.StringIO",
    "cStringIO.StringIO": "io.StringIO",
    "cStringIO.InputType": "io.StringIO",
    "cStringIO.OutputType": "io.StringIO",
}
"""Buffers of native strings: of text, if nothing says that what they hold are bytes."""

GONE_MODULES = frozenset({*MODULES, *REMOVED_MODULES, *(name.partition(".")[0] for name in STRING_BUFFERS)}) | {
    "urllib2",
    "urlparse",
}
"""Every module that some Python from 3.0 to 3.14 can't import."""
GONE_NAMES = frozenset(
    name
    for table in (
        SYS, SYS_GONE, OS, OS_GONE, STRING, TYPES, TYPES_GONE, ITERTOOLS, OPERATOR, OPERATOR_QUESTIONS, OPERATOR_GONE,
        ELSEWHERE, ELSEWHERE_GONE, URLLIB,
    )
    for name in table
)  # fmt: skip
"""Every name that is not in its old place any more."""
SHARED_NAMES = frozenset(
    "Dialog FileDialog SimpleDialog commands compiler dl exceptions mutex new repr sets sha ttk uu".split()
)
"""Those whose names are so plain that a Python 3 program has its own modules of that name."""
