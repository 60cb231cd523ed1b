# What exiftool is started with: it ends with the program that started it. Left to itself it waits for orders for ever
# when that program was killed, and keeps what it has inherited of it open.
use POSIX ();

my $parent = getppid();

sub end_with_parent {
    exit 0 if getppid() != $parent;
    alarm 1;
}

# Reading goes on by itself after the alarm.
my $action = POSIX::SigAction->new(\&end_with_parent, POSIX::SigSet->new, POSIX::SA_RESTART());
POSIX::sigaction(POSIX::SIGALRM(), $action);
alarm 1;

1;
